# SPDX-License-Identifier: LGPL-2.1-or-later
# fish completion of qemucore and its commands. What there is to complete they say themselves
# (--list-options), so that this file knows none of their options.

# fish looks for a file of the command's name, and each of those is this one.
if set -q __qemucore_is_complete
    exit
end
set -g __qemucore_is_complete

# __qemucore_add COMMAND COMPLETE_ARGUMENT...: what COMMAND takes, for whom the arguments say
function __qemucore_add
    for line in ($argv[1] --list-options 2>/dev/null)
        set -l row (string split \t -- $line)
        set -l name (string trim --left --chars=- -- $row[1])
        set -l takes
        switch (string trim --chars='[]' -- $row[2])
            case -
            case DIR
                set takes -x -a '(__fish_complete_directories)'
            case WHEN
                set takes -x -a 'always never auto'
            case FORMAT
                set takes -x -a 'html md json core_backtrace'
            case 'NAME*'
                set -l names (string replace -r ' .*' '' -- ($argv[1] $row[1]=help 2>/dev/null))
                set takes -x -a "(__fish_append , $names)"
            case N MAX SIZE LWP PID SECONDS START-END 'KEY*'
                set takes -x
            case '*'
                set takes -r -F
        end
        if string match -q -- '[*' $row[2]
            set takes # an argument that may be left out is never the next word
        end
        if string match -q -- '--*' $row[1]
            complete $argv[2..] -l $name -d $row[3] $takes
        else
            complete $argv[2..] -s $name -d $row[3] $takes
        end
    end
end

complete -c qemucore -f -n __fish_use_subcommand -a help -d 'The options of a command'
for line in (qemucore --list-options 2>/dev/null)
    set -l row (string split \t -- $line)
    set -l name $row[1]
    complete -c qemucore -f -n "__fish_use_subcommand; or __fish_seen_subcommand_from help" \
        -a $name -d $row[3]
    __qemucore_add qemucore-$name -c qemucore-$name
    __qemucore_add qemucore-$name -c qemucore -n "__fish_seen_subcommand_from $name"
end
complete -c qemucore -n 'not __fish_use_subcommand' -F
