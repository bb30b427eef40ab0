# Configuring and building a preset, with a word on how far it is.

# quietly WHAT COMMAND…: on a terminal one line shows how far it is, elsewhere every eighth has one; what the command
# said is shown if it fails.
quietly() {
  local what=$1 log status=0
  log=$(mktemp)
  "${@:2}" 2>&1 </dev/null | tee "$log" | progress "$what" || status=$?
  [[ $status -eq 0 ]] || { say "failed: $what"; grep -vE '^\[[0-9]+/[0-9]+\]' "$log" >&2 || true; }
  rm -f "$log"
  return $status
}

progress() {
  local line
  [[ -t 2 ]] || { eighths "$1"; return 0; }
  while IFS= read -r line; do
    line=${line/Building CXX object *.dir\//}
    printf '\r\033[K%.78s' "$1: $line" >&2
  done
  printf '\r\033[K' >&2
}

# Of a build that has enough steps to last: ninja begins its lines with [7/120].
eighths() {
  local line done=0 eighth steps all seconds left start=$SECONDS
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] && ${BASH_REMATCH[2]} -ge 40 ]] || continue
    steps=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]} left=
    eighth=$((8 * steps / all))
    if [[ $eighth -gt $done && $eighth -lt 8 ]]; then
      seconds=$(((SECONDS - start) * (all - steps) / steps))  # as if all steps took the same
      [[ $seconds -lt 60 ]] || left=", about $(((seconds + 59) / 60)) min left"
      say "$1: $steps of $all steps$left"
    fi
    done=$eighth
  done
}

# configure PRESET [OPTIONS]: afresh if the presets changed; otherwise the build itself notices what is new.
configure() {
  quietly "configuring $1" cmake -S "$root" --preset "$@" || { advise "$1"; exit 1; }
}

# build PRESET [TARGET]
build() {
  [[ $root/build/$1/build.ninja -nt $root/CMakePresets.json ]] || configure "$1"
  [[ -t 2 || -e $root/build/$1/libeingrad.a ]] || say "building $1, which takes some minutes the first time"
  quietly "building $1" env -C "$root" cmake --build --preset "$1" ${2:+--target "$2"} || exit 1
}
