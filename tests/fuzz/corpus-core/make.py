#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""make.py MKCORE CORE EXE - remakes the seeds of fuzz_core, which are beside this file.

Needs cc and binutils, for vDSOs with debug info.

CORE and EXE are those of corpus/x86_64-seed, uncompressed. Seeds with -module or -stack in their
names have addresses inside EXE, and x86_64-files has its headers: a rebuilt EXE leaves them valid,
but has other code at these addresses. All other seeds depend only on this file.
"""
import os
import struct
import subprocess
import sys
import tempfile
import zlib

here = os.path.dirname(os.path.abspath(__file__))
mkcore, core_path, exe_path = sys.argv[1:4]
directory = tempfile.TemporaryDirectory(prefix="qemucore-seeds.")
work = directory.name

BASE = 0x7FFF00000000  # address of a vDSO
STACK = 0x7FFE00000000
# e_machine, byte order, stack pointer, return address column, a callee-saved register, CFA - SP
MACHINES = {
    "x86_64": (62, "<", 7, 16, 3, 8),
    "aarch64": (183, "<", 31, 30, 19, 0),
    "s390x": (22, ">", 15, 14, 11, 160),
    "ppc64le": (21, "<", 1, 65, 30, 0),
    "riscv64": (243, "<", 2, 1, 9, 0),
    "loongarch64": (258, "<", 3, 1, 23, 0),
}


def uleb(value):
    out = b""
    while True:
        byte = value & 0x7F
        value >>= 7
        out += bytes([byte | (0x80 if value else 0)])
        if not value:
            return out


def vdso(name, base=0):
    """An ELF image of three functions of 64 bytes at 0x400, with a search table for them."""
    machine, order, sp, column, saved, above = MACHINES[name]

    def entry(identity, body):
        body = struct.pack(order + "I", identity) + body
        body += b"\0" * (-(len(body) + 4) % 8)
        return struct.pack(order + "I", len(body)) + body

    # "zRS": the second CIE is for signal frames. Pointers are pc-relative, 32 bits.
    start = bytes([0x0C]) + uleb(sp) + uleb(above) + bytes([0x05]) + uleb(column) + uleb(1)
    cie = entry(0, b"\1zR\0" + uleb(1) + b"\x78" + uleb(column) + b"\1\x1b" + start)
    cies = entry(0, b"\1zRS\0" + uleb(1) + b"\x78" + uleb(column) + b"\1\x1b" + start)
    # A frame that is made and left; a frame with expressions for its registers; a signal frame.
    breg = 0x70 + sp if sp < 32 else 0x70
    programs = [
        bytes([0x44, 0x0E]) + uleb(above + 16) + bytes([0x80 | saved if saved < 64 else 0, 2, 0x0A])
        + bytes([0x60, 0x0E]) + uleb(above) + bytes([0xC0 | saved, 0x48, 0x0B, 0x2E, 0]),
        bytes([0x0F, 3, breg, 0x80, 1, 0x10]) + uleb(column) + bytes([4, 0x12, 0x38, 0x1C, 0x96])
        + bytes([0x16]) + uleb(saved) + bytes([5, 0x12, 0x94, 4, 0x31, 0x24])
        + bytes([0x02, 16, 0x09]) + uleb(saved) + uleb(saved) + bytes([0x08]) + uleb(saved),
        bytes([0x0F, 2, breg, 48, 0x10]) + uleb(column) + bytes([2, 0x77 if sp == 7 else breg, 56])
        + bytes([0x14]) + uleb(saved) + uleb(1) + bytes([0x07]) + uleb(saved),
    ]
    frame_at = 0x200
    frame = b""
    table = []
    cie_at = {}
    for index, program in enumerate(programs):
        which = cies if index == 2 else cie
        if which not in cie_at:
            cie_at[which] = len(frame)
            frame += which
        table.append((0x400 + 64 * index, frame_at + len(frame)))
        at = len(frame)
        body = struct.pack(order + "iI", 0x400 + 64 * index - (frame_at + at + 8), 64)
        frame += entry(at + 4 - cie_at[which], body + b"\0" + program)
    frame += b"\0\0\0\0"
    header_at = 0x180
    header = b"\1\x1b\3\x3b" + struct.pack(order + "iI", frame_at - (header_at + 4), len(table))
    for function, fde in table:
        header += struct.pack(order + "ii", function - header_at, fde - header_at)
    note_at = 0x140
    note = struct.pack(order + "III", 4, 8, 3) + b"GNU\0" + bytes(range(8))
    phdrs = b""
    for kind, at, size in (1, 0, 0x600), (0x6474E550, header_at, len(header)), (4, note_at,
                                                                                 len(note)):
        phdrs += struct.pack(order + "IIQQQQQQ", kind, 5, at, base + at, at, size, size, 8)
    image = bytearray(0x600)
    image[:64] = b"\x7fELF\2" + bytes([1 if order == "<" else 2, 1]) + bytes(9) + struct.pack(
        order + "HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 3, 64, 0, 0)
    for at, part in (64, phdrs), (note_at, note), (header_at, header), (frame_at, frame):
        assert not any(image[at:at + len(part)]) and at + len(part) <= 0x400
        image[at:at + len(part)] = part
    return bytes(image)


def write(name, description, how=(0, 0, 0)):
    """how: bytes at a time, memory budget in pages, frames (see fuzz_core.c)."""
    out = subprocess.run([mkcore], input=description.encode(), stdout=subprocess.PIPE, check=True)
    data = bytearray(out.stdout)
    data[13:16] = bytes(how)
    # The padding after the last segment is not needed.
    order = "<" if data[5] == 1 else ">"
    count = min(struct.unpack_from(order + "H", data, 56)[0], 40)
    headers = [struct.unpack_from(order + "IIQQQQ", data, 64 + 56 * i) for i in range(count)]
    del data[max(header[2] + header[5] for header in headers):]
    assert len(data) < 16384, (name, len(data))
    with open(os.path.join(here, name), "wb") as file:
        file.write(data)


def memory(address, data):
    """A map of exactly these bytes."""
    path = os.path.join(work, "0x%x" % address)
    with open(path, "wb") as file:
        file.write(data)
    return "map 0x%x size=%d flags=rx\n  at 0x%x file %s size=%d\n" % (
        address, len(data), address, path, len(data))


for name, (_, _, sp, _, _, above) in MACHINES.items():
    # The vDSO's functions call each other: the words of each frame lead to the next one.
    words = [BASE + 0x410, BASE + 0x430, BASE + 0x450, STACK + 0x100] * 30
    write("vdso-" + name, "machine %s\n" % name
          + "thread 1 signal=6 pc=0x%x sp=0x%x\n" % (BASE + 0x404, STACK)
          + "thread 2 pc=0x%x sp=0x%x\n" % (BASE + 0x440, STACK + 64)
          + "thread 3 pc=0x%x sp=0x%x\n" % (BASE + 0x480, STACK + 128)
          + "thread 4 pc=0 sp=0x%x\n" % (STACK + 8)
          + "auxv 33=0x%x\n" % BASE
          + ("note type=0x406 name=LINUX" + " 00 00 00 00 00 00 7f ff" * 2 + "\n"
             if name == "aarch64" else "")
          + memory(BASE, vdso(name))
          + "map 0x%x size=1024\n  at 0x%x u64 %s\n" % (
              STACK, STACK, " ".join("0x%x" % word for word in words)))


class Image:
    """A vDSO that cc makes from a source. When mutated, libelf and libdw have to read it."""

    def __init__(self, source, *options):
        path = os.path.join(work, "image.so")
        subprocess.run(["cc", "-x", "c", "-", "-g", "-fPIC", "-shared", "-nostdlib", "-o", path,
                        "-Wl,-z,noseparate-code,-z,norelro,--hash-style=sysv,-z,max-page-size=64",
                        "-ffile-prefix-map=%s=." % os.getcwd(), *options],
                       input=source.encode(), check=True)
        subprocess.run(["objcopy", "-R", ".comment", path], check=True)
        with open(path, "rb") as file:
            self.bytes = file.read()
        lines = self.output("nm", path)
        self.symbols = {line.split()[2]: BASE + int(line.split()[0], 16) for line in lines}
        lines = self.output("objdump", "-d", "--no-show-raw-insn", path)
        # Return addresses of calls of leaf, and of calls through pointers.
        self.return_addresses = [BASE + int(after.split(":")[0], 16)
                                 for call, after in zip(lines, lines[1:])
                                 if "call" in call and ("<leaf" in call or "*" in call)]

    @staticmethod
    def output(*command):
        out = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        return out.stdout.decode().splitlines()


def words(address, size, values):
    lines = ["map 0x%x size=%d\n" % (address, size)]
    for i in range(0, len(values), 500):
        lines.append("  at 0x%x u64 %s\n" % (
            address + 8 * i, " ".join("0x%x" % value for value in values[i:i + 500])))
    return "".join(lines)


image = Image("""
enum way { LEFT, RIGHT };
struct node {
    unsigned few : 3, many : 9;
    enum way way;
    const char *name;
    struct node *next[2];
    union { long number; _Bool flag; };
    int (*call)(struct node *node, const char *name);
    char text[8];
} node = {1, 2, RIGHT, node.text, {&node, 0}, {7}, 0, "text"};
static inline int inner(struct node *of, int a) {
    volatile char b[a]; b[0] = of->few; return b[a - 1];
}
__attribute__((noinline)) int leaf(struct node *of, enum way way, const char *text, int a) {
    return inner(of, a) + inner(of, a + 1) + way + text[a];
}
int caller(int a) { return leaf(&node, RIGHT, node.name, a + 1) + leaf(&node, LEFT, "b", 3); }
""", "-O1")
debug = ("machine x86_64\n"
         + "".join("thread %d pc=0x%x sp=0x%x rbp=0x%x rdi=0x%x rsi=1 rdx=0x%x\n" % (
             20 + i, image.symbols["leaf"] + step, STACK + 64, STACK + 64 + 16 * i,
             image.symbols["node"], image.symbols["node"] + 8)
             for i, step in enumerate((0, 1, 4, 10, 24, 40)))
         + "prpsinfo pid=20 psargs=\"node.next[0]->name\"\n"
         + "auxv 33=0x%x\n" % BASE
         + words(STACK, 512, [image.return_addresses[0], STACK + 400] * 32))
write("vdso-debug", debug + memory(BASE, image.bytes))
# An empty name, and a name with an escape character.
write("vdso-no-name", debug + memory(BASE, image.bytes.replace(b"leaf\0", b"\0eaf\0")))
write("vdso-escape", debug + memory(BASE, image.bytes.replace(b"way\0", b"\x1bay\0")))

# A type whose spelling doubles in length at each level.
image = Image("extern void (*t0)(int, int);\n"
              + "".join("extern void (*t%d)(__typeof__(t%d), __typeof__(t%d));\n" % (
                  i, i - 1, i - 1) for i in range(1, 40))
              + "int leaf(__typeof__(t39) f, int a) { return a + (f != 0); }\n", "-O1")
write("vdso-types", "machine x86_64\nthread 1 pc=0x%x sp=0x%x\nauxv 33=0x%x\n" % (
    image.symbols["leaf"], STACK, BASE) + words(STACK, 64, [0]) + memory(BASE, image.bytes))

# The value of each argument is looked up in the caller, for which all four of its own are.
recursive = ["-O2", "-fno-optimize-sibling-calls", "-fno-ipa-ra"]
image = Image("""
static volatile int sink;
__attribute__((noinline, visibility("hidden"))) long leaf(long a, long b, long c, long d)
{
    sink = 1;
    long r = leaf(a + b + c + d, a ^ b ^ c ^ d, (a - b) + c * d, (a | b) * (c - d));
    sink = 2;
    return r + 1;
}
__attribute__((noinline)) long top(void) { long r = leaf(1, 2, 3, 4); sink = 3; return r; }
""", *recursive)
in_leaf, in_top = image.return_addresses
write("vdso-entry-values", "machine x86_64\nthread 1 pc=0x%x sp=0x%x\nauxv 33=0x%x\n" % (
    image.symbols["leaf"], STACK, BASE)
    + words(STACK, 512, [in_leaf] + [0, in_leaf] * 13 + [0, in_top, 0, 0])
    + memory(BASE, image.bytes))

# The function that a frame calls is looked up in its caller, 4,000 times over. Compressed, the core
# is small. The name in the gzip header chooses how it is read: with all frames.
image = Image("""
static volatile int sink;
__attribute__((noinline, visibility("hidden"))) long leaf(void *g, long n)
{
    sink = 1;
    long r = ((long (*)(void *, long))g)(g, n + 1);
    sink = 2;
    return r + 1;
}
""", *recursive)
out = subprocess.run([mkcore], stdout=subprocess.PIPE, check=True, input=(
    "machine x86_64\nthread 1 pc=0x%x sp=0x%x rdi=0x%x\nauxv 33=0x%x\n" % (
        image.symbols["leaf"], STACK, image.symbols["leaf"], BASE)
    + words(STACK, 0x11000, [image.return_addresses[0]] + [0, image.return_addresses[0]] * 4000)
    + memory(BASE, image.bytes)).encode())
packed = zlib.compressobj(9, zlib.DEFLATED, -15)
with open(os.path.join(here, "vdso-recursion"), "wb") as file:
    file.write(b"\x1f\x8b\x08\x08\0\0\0\0\0\3" + b"cor\x7f\x7f\xff\0")
    file.write(packed.compress(out.stdout) + packed.flush())
    file.write(struct.pack("<II", zlib.crc32(out.stdout), len(out.stdout)))

with open(exe_path, "rb") as file:
    exe = file.read()
with open(core_path, "rb") as file:
    core = file.read()
elf_entry = struct.unpack_from("<Q", exe, 24)[0]


def segments():
    at, count = struct.unpack_from("<Q", core, 32)[0], struct.unpack_from("<H", core, 56)[0]
    for i in range(count):
        kind, _, offset, address, _, size = struct.unpack_from("<IIQQQQ", core, at + 56 * i)
        yield kind, offset, address, size


def notes():
    for kind, offset, _, size in segments():
        end = offset + size
        while kind == 4 and offset < end:
            name_size, data_size, note = struct.unpack_from("<III", core, offset)
            offset += 12 + (name_size + 3 & ~3)
            yield note, core[offset:offset + data_size]
            offset += data_size + 3 & ~3


def stack_at(sp, size):
    for kind, offset, address, there in segments():
        if kind == 1 and address <= sp < address + there:
            return core[offset + sp - address:][:min(size, address + there - sp)]
    return b""


auxv = [data for note, data in notes() if note == 6][0]
auxv = dict(struct.iter_unpack("<QQ", auxv[:len(auxv) & ~15]))
entry = auxv[9]
names = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss"
         .split())
threads = [(struct.unpack_from("<I", data, 32)[0], struct.unpack_from("<21Q", data, 112))
           for note, data in notes() if note == 1]


def thread_line(lwp, registers):
    return "thread %d signal=6 %s\n" % (
        lwp, " ".join("%s=0x%x" % pair for pair in zip(names, registers)))


# Real stacks in EXE: that of the main thread, and others.
for name, some in ("x86_64-stack", threads[:2]), ("x86_64-stack-more", threads[2:6:3]):
    write(name, "machine x86_64\n" + "".join(thread_line(*thread) for thread in some)
          + "prpsinfo pid=1 psargs=\"cpus_queue.tqh_first\"\n"
          + "auxv 9=0x%x\n" % entry
          + "".join(memory(registers[19], stack_at(registers[19], 1024)) for _, registers in some),
          (0, 1, 0))
write("x86_64-stack-notes-last", "machine x86_64\nnotes-last\n" + thread_line(*threads[1])
      + "auxv 9=0x%x\n" % entry
      + memory(threads[1][1][19], stack_at(threads[1][1][19], 2048)), (7, 1, 3))

# Any module: places all over it, and a stack full of return addresses into it.
places = [entry + step for step in (0, 4, 33, 0x1000, 0x3000, 0x8001, 0x20000, -0x400, -0xde0)]
write("x86_64-module", "machine x86_64\n"
      + "".join("thread %d pc=0x%x sp=0x%x rbp=0x%x rbx=1\n" % (
          10 + i, place, STACK + 16 * i, STACK + 64 + 16 * i) for i, place in enumerate(places))
      + "auxv 9=0x%x 3=0x%x 31=0x%x\n" % (entry, entry - elf_entry + 64, STACK + 2000)
      + "map 0x%x size=2048\n" % STACK
      + "  at 0x%x u64 %s\n" % (STACK, " ".join("0x%x" % place for place in places * 6))
      + "  at 0x%x string \"/bin/module\"\n" % (STACK + 2000), (0, 0, 20))

# A program with NT_FILE, its first page in memory, and a link map with a library.
head = bytearray(exe[:0x400])
dynamic = 0x3C0
struct.pack_into("<IIQQQQQQ", head, 64 + 56, 2, 6, dynamic, dynamic, dynamic, 64, 64, 8)
struct.pack_into("<QQQQ", head, dynamic, 21, STACK, 0, 0)
library = 0x7F0000000000
program = 0x555555554000
write("x86_64-files", "machine x86_64\n"
      + "thread 5 pc=0x%x sp=0x%x\nthread 6 pc=0x%x sp=0x%x\n" % (
          program + elf_entry, STACK + 512, library + 0x404, STACK + 520)
      + "siginfo signo=11 code=1 addr=0x10\n"
      + "auxv 3=0x%x 9=0x%x\n" % (program + 64, program + elf_entry)
      + "file 0x%x-0x%x offset=0 \"/usr/bin/a\\x1b[31mprogram\"\n" % (program, program + 0x9000)
      + "file 0x%x-0x%x offset=0x9000 \"/usr/bin/a\\x1b[31mprogram\"\n" % (program + 0x9000,
                                                                        program + 0x99000)
      + "file 0x%x-0x%x offset=0 \"/dev/zero (deleted)\"\n" % (program + 0x99000,
                                                           program + 0x9a000)
      + "map 0x%x size=0x90000 filesz=0 flags=rx\n" % (program + 0x9000)
      + memory(library, vdso("x86_64"))
      + "map 0x%x size=4096\n  at 0x%x u64 1 0x%x\n" % (STACK, STACK, STACK + 64)
      + "  at 0x%x u64 0 0x%x 0 0x%x 0\n" % (STACK + 64, STACK + 256, STACK + 128)
      + "  at 0x%x u64 0x%x 0x%x 0 0x%x\n" % (STACK + 128, library, STACK + 260, STACK + 64)
      + "  at 0x%x string \"\"\n  at 0x%x string \"/lib/lib.so\"\n" % (STACK + 256, STACK + 260)
      + "  at 0x%x u64 0x%x 0x%x\n" % (STACK + 512, program + elf_entry + 9, library + 0x410)
      + memory(program, bytes(head)))

# Libraries without files. One has a segment where it is not mapped. The data of the other one is
# absent, and its many dynamic sections have no end.
def library_page(segments):
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 3, 62, 1, 0, 64, 0, 0, 64, 56,
                       len(segments), 0, 0, 0)
    return head + b"".join(struct.pack("<IIQQQQQQ", kind, flags, offset, address, address, size,
                                       size, 4096)
                           for kind, flags, offset, address, size in segments)


second = library + 0x10000000
write("x86_64-pages", "machine x86_64\n"
      + "thread 5 pc=0x%x sp=0x%x\nthread 6 pc=0x%x sp=0x%x\n" % (
          library + 0x900, STACK, second + 0x900, STACK)
      + "file 0x%x-0x%x offset=0 \"/lib/outside.so\"\n" % (library, library + 4096)
      + "file 0x%x-0x%x offset=0 \"/lib/data.so\"\n" % (second, second + (64 << 20))
      + "map 0x%x size=0x%x filesz=0 flags=rw\n" % (second + 4096, (64 << 20) - 4096)
      + "map 0x%x size=4096\n  at 0x%x u64 99 99\n" % (STACK, STACK)
      + memory(library, library_page([(1, 5, 0, 0, 64),
                                      (1, 6, 0, 1 << 40, 512 << 20)]))
      + memory(second, library_page([(1, 5, 0, 0, 64), (1, 6, 4096, 4096, (64 << 20) - 4096)]
                                    + [(2, 6, 1 << 63, STACK - second, 1 << 20)] * 60)))

# Files with another layout, or with a header that is wrong about it.
simple = ("thread 7 signal=11 pc=0x401000 sp=0x%x r14=0x402000\n"
          "prpsinfo pid=7 fname=\"a\\nname\" psargs=\"\\x9b31m -S\"\n"
          "map 0x%x size=256\n  at 0x%x u64 0x402000 0x403000\n" % (STACK, STACK, STACK))
write("s390x", "machine s390x\n" + simple)
write("entry-at-the-end", "machine s390x\nauxv 9=0xffffffffffffffff\n" + simple)
write("unknown-machine", "machine 4711 big\n" + simple.replace(" r14=0x402000", ""))
write("pnxnum", "machine x86_64\npnxnum\n" + simple + "pad-segments 20\n")
write("phnum-lies", "machine aarch64\nphnum-lies 300\n" + simple.replace("r14", "x30"))
write("notes-split", "machine x86_64\nnotes split\n" + simple
      + "note type=0x202 name=LINUX 00 01\n")
write("truncated", "machine x86_64\ntruncate 12300\n" + simple
      + "map 0x%x size=0x100000000 filesz=16 claims=0xffffffff\n  fill 0xcc\n" % (STACK << 8)
      + "map 0x%x size=4096 filesz=16\n  fill 0xcc\n" % (STACK + 256), (3, 0, 0))
