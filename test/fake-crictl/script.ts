/**
 * The script. It finds the subcommand after the global options and does what the files in its folder
 * say: COMMAND.settings (assignments for the shell), COMMAND.stdout and COMMAND.stderr.
 * One `printf` writes one record, so that calls at the same time do not mix theirs.
 */
export const SCRIPT = `#!/bin/sh
dir=\${0%/*}
log=
for argument in "$@"; do log="$log$argument\u001f"; done
printf '%s\\n' "$log" >> "$dir/calls"
printf '%s\\n' "$$" >> "$dir/pids"

command=other
while [ $# -gt 0 ]; do
  case $1 in
    --timeout | -t | --runtime-endpoint | -r | --image-endpoint | -i | --config | -c) shift 2 ;;
    -*) shift ;;
    *) command=$1; break ;;
  esac
done
[ -f "$dir/$command.settings" ] || command=other
. "$dir/$command.settings"

[ -z "$ignore" ] || trap '' TERM
[ -z "$delay" ] || sleep "$delay"
cat "$dir/$command.stderr" >&2
cat "$dir/$command.stdout"
[ "$fill" = 0 ] || head -c "\${fill}000000" /dev/zero | tr '\\0' ' '
if [ -n "$hang" ]; then
  [ -n "$child" ] || exec sleep 600
  sleep 600 &
  printf '%s\\n' "$!" >> "$dir/pids"
  wait
fi
exit "$code"
`;
