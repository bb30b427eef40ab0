# The tests, and what looks for faults at random.

run_tests() {
  local preset presets="" known
  while [[ ${1:-} == [!-]* ]]; do presets+=" $1"; shift; done
  need run
  known=$(cd "$root" && ctest --list-presets | sed -nE 's/^ +"([^"]+)".*/\1/p' | xargs)
  for preset in $presets; do
    [[ " $known " == *" $preset "* ]] || refuse "There is no preset" "$preset" $known
  done
  need torch
  # The browser test needs more than all the rest: it is part of the whole, and skipped where that is not installed.
  [[ -n $presets || $# -gt 0 ]] || need browser
  npm_packages || true  # the tests of the site are skipped then
  need run test fuzz docs
  for preset in ${presets:-dev clang-asan tsan}; do
    say "== tests: $preset"
    configure "$preset" -DEINGRAD_TESTS=ON
    build "$preset"
    # What takes long takes the longer under sanitizers: once, in dev, is enough.
    if [[ -n $presets || $# -gt 0 || $preset == dev ]]; then in_preset "$preset" "$@"; else in_preset "$preset" -LE slow; fi
    [[ -n $presets || $# -gt 0 || $preset != dev ]] || as_each_processor
  done
  [[ -n $presets || $# -gt 0 ]] || fuzz 5
}

in_preset() { (cd "$root" && ctest --preset "$1" -j "$(getconf _NPROCESSORS_ONLN)" "${@:2}"); }

# The kernels of each kind of processor, with one thread and with two.
as_each_processor() {
  local kind threads
  while read -r kind threads; do
    if EINGRAD_ARCH=$kind "$root/build/dev/tests/digits/digits" &>/dev/null </dev/null; then
      say "== tests: dev, as $kind, threads: $threads"
      EINGRAD_ARCH=$kind EINGRAD_NUM_THREADS=$threads in_preset dev -LE slow </dev/null
    else
      say "== skipped: this processor is not $kind"
    fi
  done <<<$'baseline 1\navx2 2\navx512 1'
}

fuzz() {
  local seconds=${1:-600} known="einsum formula csv safetensors npz npy" target corpus
  shift || true
  expect_count "fuzz SECONDS" "$seconds"
  for target in "$@"; do
    [[ " $known " == *" $target "* ]] || refuse "There is no target" "$target" $known
  done
  need run test fuzz
  say "== fuzz: $seconds seconds each"
  configure clang-asan
  build clang-asan fuzzers
  for target in ${*:-$known}; do
    corpus=$root/build/clang-asan/corpus/$target
    mkdir -p "$corpus"
    quietly "fuzzing $target" env -C "$corpus" "$root/build/clang-asan/tests/fuzz/fuzz_$target" -max_total_time="$seconds" \
      -timeout=20 -rss_limit_mb=2048 -max_len=4096 -verbosity=0 "$corpus" "$root/tests/fuzz/seeds/$target" || exit 1
    say "$target: nothing found"
  done
}

programs() {
  expect_count "programs COUNT" "${1:-100000}"
  need torch
  need run test
  configure dev -DEINGRAD_TESTS=ON
  build dev program_tests
  RC_PARAMS="max_success=${1:-100000}" "$root/build/dev/tests/programs/program_tests"
}
