# What must be installed, and how it is where that can be done.

# packages COLUMN GROUP…: the names in cmake/packages.txt; column 2 is Debian's, 3 Homebrew's, 4 conda-forge's.
packages() {
  awk -v column="$1" -v groups=" ${*:2} " \
    '!/^#/ && NF && index(groups, " " $1 " ") && $column != "-" { print $column }' "$root/cmake/packages.txt"
}

# need GROUP…: installs what is missing. Where it cannot, it goes on: CMake knows whether what is there is enough.
need() {
  groups=$*
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
  local installed missing as_root=""
  installed=$(packages 2 "$@" | xargs dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null |
    awk '$2 == "installed" { print $1 }') || true
  missing=$(packages 2 "$@" | grep -vxF "${installed:--}" | xargs) || return 0
  if [[ $EUID -ne 0 ]]; then
    as_root=sudo
    [[ -t 0 ]] || as_root="sudo -n"  # nobody there to type a password
    command -v sudo >/dev/null || { say "missing, with neither root nor sudo to install it: $missing"; return 0; }
  fi
  say "installing $missing"
  local apt_get="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends"
  quietly "apt-get update" $apt_get update && quietly "apt-get install" $apt_get install $missing ||
    say "that could not be installed; trying with what is here"
}

advise() {
  say
  say "What this needs, where it is not installed already:"
  say "  Debian, Ubuntu  apt-get install" $(packages 2 $groups)
  say "  Homebrew        brew install" $(packages 3 $groups)
  say "  conda-forge     conda install -c conda-forge" $(packages 4 $groups)
  say "Most of it CMake can download: cmake --preset $1 -DEINGRAD_FETCH=ON, then this command again."
}

# What the site takes from npm, into build/npm. NodeSource's package of Node has npm in it, and Debian's would clash with it.
npm_packages() {
  local folder=$root/build/npm
  [[ ! $folder/node_modules/.package-lock.json -nt $root/docs/package-lock.json ]] || return 0
  command -v npm >/dev/null || need npm
  mkdir -p "$folder"
  cp "$root"/docs/package*.json "$folder"
  quietly "npm ci" npm ci --prefix "$folder" --no-audit --no-fund ||
    { say "The site's formulas come from npm, which could not fetch them."; return 1; }
}
