// What a shell reads so that it asks for the words that may come next.

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# dispatched completion bash >> ~/.bashrc
_dispatched() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  [ "$COMP_CWORD" -eq 0 ] && return
  local IFS=$'\\n'
  COMPREPLY=($(dispatched completion bash -- "\${words[@]}" 2>/dev/null))
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
