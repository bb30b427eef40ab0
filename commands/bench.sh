# Measurements.

bench() {
  case ${1:-} in
    --) ;;
    --svg) [[ $# -eq 2 && $2 == *.svg ]] || { say "./dev bench --svg needs one file, such as speed.svg"; exit 2; } ;;
    *) expect bench "--svg --instructions --edit --" "$@" ;;
  esac
  need torch
  need run bench
  case ${1:-} in
    --instructions) instructions ;;
    --edit) edit_compile_run ;;
    *)
      build bench benchmarks
      EINGRAD_NUM_THREADS=${EINGRAD_NUM_THREADS:-1} OPENBLAS_NUM_THREADS=1 \
        exec "$root/build/bench/tests/benchmarks/benchmarks" "$@"
      ;;
  esac
}

# valgrind knows no AVX-512, so these are the instructions of the AVX2 kernels.
instructions() {
  build bench take_steps
  local entry steps parts what count
  while read -r entry steps parts what; do
    count=$(EINGRAD_ARCH=avx2 EINGRAD_NUM_THREADS=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null \
      --toggle-collect='*counted_steps*' "$root/build/bench/tests/benchmarks/take_steps" "$entry" "$steps" 2>&1 |
      awk '/Collected/ { print $NF }') || true
    ((count > 0)) || { say "valgrind could not run $entry"; exit 1; }
    printf '%-26s%8d instructions %s\n' "$entry" $((count / steps / parts)) "$what"
  done <<'TEXT'
w1/float64/eingrad       1000      1  a step; the gate is 4000, the goal 2000
w1_replay/float64/eingrad 1000     1  a step, replayed
w1/float64/hand_written  1000      1  a step
w5/float64/eingrad          1 100000  an operation
w5/float64/hand_written     1 100000  an operation
TEXT
}

# ccache would know the unchanged chapter.
edit_compile_run() {
  local program start
  for program in quick_start 1_1_simple_linear_regression; do
    build release "$program"
    touch "$root/examples/$program.cpp"
    start=$(date +%s%N)
    CCACHE_DISABLE=1 build release "$program"
    "$root/build/release/examples/$program" >/dev/null
    printf '%-32s%6.2f s\n' "$program" "$((($(date +%s%N) - start) / 10000000))e-2"
  done
}
