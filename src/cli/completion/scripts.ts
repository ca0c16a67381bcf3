// What a shell reads so that it asks for the words that may come next.

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# dispatched completion bash >> ~/.bashrc
_dispatched() {
  [ "$COMP_CWORD" -eq 0 ] && return
  # Bash takes : and = for words of their own: what stood together is joined again.
  local words=() word last=-1 joins= current=\${COMP_WORDS[COMP_CWORD]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    case $word in "" | *[!:=]*) ;; *) joins=yes ;; esac
    if [ -n "$joins" ] && [ -n "$word" ] && [ "$last" -ge 0 ]; then
      words[last]+=$word
    else
      words[++last]=$word
    fi
    case $word in "" | *[!:=]*) joins= ;; esac
  done
  # It puts a candidate in the place of what stands behind them only.
  case $current in "" | *[!:=]*) ;; *) current= ;; esac
  local before=\${words[last]%"$current"} IFS=$'\\n'
  COMPREPLY=($(dispatched completion bash -- "\${words[@]}" 2>/dev/null))
  COMPREPLY=("\${COMPREPLY[@]#"$before"}")
}
complete -o default -F _dispatched dispatched
`,
  zsh: `#compdef dispatched
# dispatched completion zsh > ~/.zfunc/_dispatched, where ~/.zfunc is in fpath
_dispatched() {
  local -a found
  found=("\${(@f)$(dispatched completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("\${(@)found:#}")
  if (( \${#found} )); then compadd -- "\${found[@]}"; else _files; fi
}
if [ "$funcstack[1]" = "_dispatched" ]; then _dispatched "$@"; else compdef _dispatched dispatched; fi
`,
  fish: `# dispatched completion fish > ~/.config/fish/completions/dispatched.fish
function __dispatched_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (dispatched completion fish -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c dispatched -f -a '(__dispatched_complete)'
`,
};
