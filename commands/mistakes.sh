# What a mistake on the command line is told.

say() { printf '%s\n' "$*" >&2; }

# near WORD NAME…: the first name that begins with the word, or else has it in its title, or is near to it, as a whole or
# in a part. Long words of a title behind the name are parts, too.
near() {
  python3 -c '
import difflib, re, sys
word, *lines = sys.argv[1:]
def is_near(line):
    line = line.lower()
    parts = [line.split()[0], *line.split()[0].split("_"), *re.findall(r"\w{5,}", line)]
    return difflib.get_close_matches(word.lower(), parts, cutoff=0.7)
def has_word(line):
    return word.lower() in re.findall(r"\w+", line.lower())
near = [line for test in (lambda line: line.startswith(word), has_word, is_near) for line in lines if test(line)]
print(*(line.split()[0] for line in near[:1]))
' "$@" 2>/dev/null || true
}

# refuse PHRASE WORD NAME…: says which names there are, and which is near to the word.
refuse() {
  local near
  near=$(near "${@:2}")
  [[ -z $near ]] || near="; did you mean $near?"
  say "$1 $2${near:-.} There are:"
  printf '  %s\n' "${@:3}" >&2
  exit 2
}

# expect COMMAND OPTIONS [ARGUMENT…]: refuses what is none of the options, and what stands behind one.
expect() {
  [[ $# -eq 2 || " $2 " == *" $3 "* ]] || refuse "./dev $1 has no option" "$3" $2
  [[ $# -le 3 ]] || { say "./dev $1 $3 takes nothing behind it, but here is ${*:4}"; exit 2; }
}

# expect_count COMMAND NUMBER
expect_count() { [[ $2 =~ ^[1-9][0-9]*$ ]] || { say "./dev $1 needs a number of 1 or more, not $2"; exit 2; }; }
