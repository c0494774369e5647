# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion of qemucore and its commands. What there is to complete they say themselves
# (--list-options), so that this file knows none of their options.

# The kind of an option's argument, by the word that --help has for it.
_qemucore_argument()
{
    local spelling argument rest
    while IFS=$'\t' read -r spelling argument rest; do
        if [[ $spelling == "$2" ]]; then
            echo "$argument"
        fi
    done < <("$1" --list-options 2>/dev/null)
}

_qemucore_options()
{
    local spelling argument rest
    while IFS=$'\t' read -r spelling argument rest; do
        if [[ $spelling == --* && $argument != - && $argument != \[* ]]; then
            echo "$spelling="
        elif [[ $spelling == --* || $spelling != -* ]]; then
            echo "$spelling"
        fi
    done < <("$1" --list-options 2>/dev/null)
}

_qemucore_words()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# With "-o filenames" a space or a quote in a name is escaped, and a directory gets its slash.
_qemucore_files()
{
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

# Names with commas between them, of which the option lists each with what it is, when it is asked for help.
_qemucore_names()
{
    local name rest names='' before=''
    while read -r name rest; do
        names+=" $name"
    done < <("$1" "$2=help" 2>/dev/null)
    if [[ $3 == *,* ]]; then
        before=${3%,*},
    fi
    compopt -o nospace 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$names" -- "${3##*,}")
}

_qemucore()
{
    local command=$1 current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    if [[ ${command##*/} == qemucore ]]; then
        if [[ $COMP_CWORD -eq 1 || ($COMP_CWORD -eq 2 && $option == help) ]]; then
            _qemucore_words "help $(_qemucore_options "$command")" "$current"
            return
        fi
        command=$command-${COMP_WORDS[1]}
    fi
    # "=" is a word of its own.
    if [[ $current == = ]]; then
        current=
    elif [[ $option == = ]]; then
        option=${COMP_WORDS[COMP_CWORD-2]}
    elif [[ $current == -* ]]; then
        _qemucore_words "$(_qemucore_options "$command")" "$current"
        if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
            compopt -o nospace 2>/dev/null
        fi
        return
    fi
    case $(_qemucore_argument "$command" "$option") in
    DIR) _qemucore_files -d "$current" ;;
    WHEN) _qemucore_words 'always never auto' "$current" ;;
    FORMAT) _qemucore_words 'html md json core_backtrace' "$current" ;;
    NAME*) _qemucore_names "$command" "$option" "$current" ;;
    N | MAX | SIZE | LWP | PID | SECONDS | START-END | KEY*) ;;
    *) _qemucore_files -f "$current" ;;
    esac
}

complete -F _qemucore qemucore qemucore-{coroutines,info,inspect,locks,report,slim,snapshot,threads,why}
