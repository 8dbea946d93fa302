# Lays ed scripts on a file:   awk -v file=http/client.go -f patch.awk SCRIPT.ed... SOURCE
#
# Of ed's commands, those that `diff -e` writes: a (append), c (change), d (delete), each with line numbers. All numbers are
# those of the file as it was, so that each script holds whatever others are laid on the same file. A script may be for
# several files: the line `# FILE BEFORE AFTER` says for which the commands below it are. Other lines with # are comments.
FILENAME !~ /\.ed$/ {
  if (!(FNR in gone)) print
  printf "%s", text[FNR]
  next
}
inside && $0 == "." { inside = 0; next }
inside { if (mine) text[last] = text[last] $0 "\n"; next }
/^# [^ ]+\.go [0-9a-f]+ [0-9a-f]+$/ { mine = $2 == file }
/^#/ || /^$/ { next }
/^[0-9]+(,[0-9]+)?[acd]$/ {
  command = substr($0, length($0))
  first = last = $0 + 0
  if (split($0, range, ",") > 1) last = range[2] + 0
  inside = command != "d"
  if (!mine) next
  if (inside && last in text) fail("two patches put text behind line " last " of " file)
  if (inside) text[last] = ""
  if (command != "a") for (i = first; i <= last; i++) {
    if (i in gone) fail("two patches take away line " i " of " file)
    gone[i] = 1
  }
  next
}
{ fail("not a command: " $0) }
function fail(why) {
  print "error: " FILENAME ": " why >"/dev/stderr"
  exit 1
}
