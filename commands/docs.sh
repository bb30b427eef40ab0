# The documentation, and the output of programs that it shows.

docs() {
  expect docs --record "$@"
  [[ $# -eq 0 ]] || record
  need docs
  npm_packages || exit 1
  local known=$root/build/docs/.doctrees
  quietly "building the site" sphinx-build -W --keep-going -q -d "$known" "$root/docs" "$root/build/docs" ||
    {
      rm -f "$known/environment.pickle"  # else it would not be checked again, and pass
      type sphinx-build doxygen dot &>/dev/null || say "It needs, on Debian or Ubuntu:" $(packages 2 docs)
      exit 1
    }
  say "build/docs/index.html"
}

record() {
  need run test
  build release
  "$root/docs/record.py" "$root/build/release/examples"
  git -C "$root" --no-pager diff -- docs/course/recorded
  git -C "$root" status --short -- docs/course/recorded
}
