# SPDX-License-Identifier: LGPL-2.1-or-later
#
# man3.awk - a manual page for each section of qemucore.h, and for each function a link to its page
#
#     awk -v directory=man3 -v version=1.0.0 -v date='November 30, 2026' -f man3.awk qemucore.h
#
# The header is the manual: a page is its comments as paragraphs, and its declarations as they stand.

function escaped(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    return text ~ /^[.']/ ? "\\&" text : text
}

# "Who waits for whom" -> qemucore_who_waits_for_whom
function page_name(title) {
    title = tolower(title)
    gsub(/[^a-z0-9]+/, "_", title)
    return "qemucore_" title
}

# But not of "JSON".
function phrase(title) {
    return title ~ /^[A-Z][A-Z]/ ? title : tolower(substr(title, 1, 1)) substr(title, 2)
}

# A section begins with a paragraph without saying so.
function put(line) {
    if (body != "" || line != ".PP") {
        body = body line "\n"
    }
}

# What is set off by four more spaces is a program, or a list of expressions.
function put_comment(    i, is_code, was_code) {
    was_code = 0
    for (i = 1; i <= comment_lines; i++) {
        is_code = comment[i] ~ /^    /
        if (is_code != was_code) {
            put(is_code ? ".EX" : ".EE")
        }
        was_code = is_code
        if (comment[i] != "") {
            put(escaped(comment[i]))
        } else {
            put(is_code ? "" : ".PP")
        }
    }
    if (was_code) {
        put(".EE")
    }
}

function note_functions(line,    name) {
    while (match(line, /(^|[^a-z_0-9])qemucore_[a-z0-9_]+ *\(/)) {
        name = substr(line, RSTART, RLENGTH)
        sub(/^[^q]/, "", name)
        sub(/ *\($/, "", name)
        names[++name_count] = name
        line = substr(line, RSTART + RLENGTH)
    }
}

# A declaration, or several, and what the comment before them says.
function flush(    i) {
    if (declaration_lines != 0) {
        put(".PP")
        put(".nf")
        for (i = 1; i <= declaration_lines; i++) {
            put("\\fB" escaped(declaration[i]) "\\fR")
            if (declaration[i] !~ /^ /) {
                note_functions(declaration[i])
            }
        }
        put(".fi")
        if (comment_lines != 0) {
            put(".RS 4")
            put_comment()
            put(".RE")
        }
    } else if (comment_lines != 0) {
        put(".PP")
        put_comment()
    }
    comment_lines = declaration_lines = 0
}

function page_end(    file, i, list) {
    flush()
    if (title == "" || name_count == 0) {
        return
    }
    for (i = 1; i <= name_count; i++) {
        list = list (i == 1 ? "" : ", ") names[i]
    }
    file = directory "/" page_name(title) ".3"
    printf ".\\\" Made from qemucore.h by man3.awk\n.TH %s 3 \"%s\" \"libqemucore %s\"\n", \
        toupper(page_name(title)), date, version >file
    printf ".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n.nf\n.B #include <qemucore.h>\n.fi\n", \
        list, escaped(phrase(title)) >file
    printf ".SH DESCRIPTION\n%s.SH SEE ALSO\n.BR qemucore (7)\n", body >file
    close(file)
    for (i = 1; i <= name_count; i++) {
        if (names[i] != page_name(title)) {
            print ".so man3/" page_name(title) ".3" >(directory "/" names[i] ".3")
            close(directory "/" names[i] ".3")
        }
    }
}

function comment_add(line) {
    sub(/ *\*\/ *$/, "", line)
    if (comment_lines == 0 && line == "") {
        return
    }
    comment[++comment_lines] = line
}

/^\/\* ---- .* -+ \*\/$/ {
    page_end()
    title = $0
    sub(/^\/\* ---- /, "", title)
    sub(/ -+ \*\/$/, "", title)
    body = ""
    name_count = 0
    next
}

in_comment {
    line = $0
    in_comment = line !~ /\*\//
    # Two forms: of a block each line begins with a star, of a short one with what "/* " takes up.
    if (!sub(/^ \*( |$)/, "", line)) {
        sub(/^   /, "", line)
    }
    if (in_comment || line !~ /^ *\*?\/ *$/) {
        comment_add(line)
    }
    next
}

/^\/\*/ {
    flush()
    line = $0
    in_comment = line !~ /\*\//
    sub(/^\/\* ?/, "", line)
    comment_add(line)
    next
}

title == "" { next }
/^#ifdef __cplusplus/ { exit }
/^$/ {
    if (declaration_lines != 0) {
        flush()
    }
    next
}
{ declaration[++declaration_lines] = $0 }

END { page_end() }
