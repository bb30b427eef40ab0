# Format and clang-tidy.

sources() { (cd "$root" && git ls-files -- '*.hpp' '*.cpp'); }

format() {
  local how=-i
  expect format --check "$@"
  [[ $# -eq 0 ]] || how="--dry-run -Werror"
  need lint
  cd "$root"
  sources | xargs clang-format $how
}

tidy() {
  local file
  cd "$root"
  for file in "$@"; do [[ -f $file ]] || { say "There is no file $file in $root"; exit 2; }; done
  need torch
  need run test lint
  configure clang
  if [[ $# -gt 0 ]]; then printf '%s\n' "$@"; else sources | grep '\.cpp$' | grep -v ^tests/parity/; fi |
    xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" clang-tidy -p build/clang --quiet
}
