# The programs: chapters, lessons, and what checks derivations and exercises.

chapters() {
  (cd "$root/examples" && ls) | sed -nE 's/^([0-9]+)_([0-9]+[a-z]?)_(.*)\.cpp$/\1.\2 \3/p' | sort -k1,1V
}

# The programs without a number; `./dev check` is derive's.
lessons() {
  (cd "$root/examples" && ls) | sed -nE 's/^([a-z].*)\.cpp$/\1/p' | grep -vx derive
}

# Each with its title, which is the first sentence of its file.
titles() {
  local name rest title
  (chapters; lessons) | while read -r name rest; do
    title=$(sed -nE '1s|^// ([0-9]+\.[0-9]+[a-z]? )?([^.:]*).*|\2|p' "$root/examples/${name/./_}${rest:+_$rest}.cpp")
    printf '%-20s%s\n' "$name" "$title"
  done
}

list_programs() {
  echo "./dev run NAME [OPTIONS], 1.1 if none is named; with a name, --help lists its options."
  titles | sed 's/^/  /'
}

# named NAME: a program's name, also of its file: 1.2 of 1_2, 1_2_many_features and examples/1_2_many_features.cpp.
named() {
  local name=${1##*/}
  sed -E 's/^([0-9]+)_([0-9]+[a-z]?)(_.*)?$/\1.\2/' <<<"${name%.cpp}"
}

run() {
  local chapter=1.1 name program
  if [[ ${1:-} == [!-]* ]]; then chapter=$(named "$1"); shift; fi
  name=$(chapters | awk -v chapter="$chapter" '$1 "" == chapter "" { print $2; exit }')
  if [[ -n $name ]]; then
    program=${chapter/./_}_$name
  elif lessons | grep -qxF -- "$chapter"; then
    program=$chapter
  else
    local names
    mapfile -t names < <(titles)
    refuse "There is no chapter or lesson" "$chapter" "${names[@]}"
  fi
  if [[ $# -gt 0 ]] && ! grep -q argv "$root/examples/$program.cpp"; then
    case $* in
      -h | --help) echo "./dev run $chapter runs examples/$program.cpp, which takes no options."; exit ;;
      *) say "./dev run $chapter takes no options, but here is $*"; exit 2 ;;
    esac
  fi
  need run
  build release "$program"
  export EINGRAD_COMMAND="./dev run $chapter"
  # Line by line into a pipe, too: of a program that crashes, what it printed before is seen.
  local by_lines=""
  ! command -v stdbuf >/dev/null || by_lines="stdbuf -oL"
  # 1.1 says more about what is next itself.
  [[ $# -eq 0 && -n $name && $chapter != 1.1 ]] || exec $by_lines "$root/build/release/examples/$program" "$@"
  $by_lines "$root/build/release/examples/$program"
  say_what_is_next "$chapter"
}

say_what_is_next() {
  local next
  next=$(titles | awk -v chapter="$1" 'found && /^[0-9]/ { print; exit } $1 "" == chapter "" { found = 1 }')
  [[ -z $next ]] || say "Next: ./dev run ${next%% *}  ${next:20}"
}

check() {
  need run
  build release derive
  EINGRAD_COMMAND="./dev check" exec "$root/build/release/examples/eingrad-derive" "$@"
}

# The script asks with --prepare for what it checks with: an exercise without an answer needs nothing to be built.
exercise() {
  if [[ ${1:-} == --prepare ]]; then
    need run test
    grep -qsx EINGRAD_EXERCISES:BOOL=ON "$root/build/release/CMakeCache.txt" || configure release -DEINGRAD_EXERCISES=ON
    build release derive
  else
    command -v python3 >/dev/null || need run test
    exec python3 "$root/examples/exercises/exercise.py" "$@"
  fi
}
