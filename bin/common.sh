# What bin/holdfast and bin/test share: messages, packages, the JDK. Sourced, never run. POSIX sh.

MIN_JAVA=17

say() { printf '%s\n' "$*" >&2; }

die() {
  code=$1
  shift
  say "holdfast: $*"
  exit "$code"
}

have() { command -v "$1" >/dev/null 2>&1; }

# The major version of the JDK in directory $1; nothing where there is no compiler or it is too old to say.
# The release file is read instead of starting java: 0 ms against 40.
jdk_major() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  else
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
  fi
  printf '%s' "$version"
}

jdk_fits() {
  major=$(jdk_major "$1")
  [ -n "$major" ] && [ "$major" -ge "$MIN_JAVA" ]
}

# Sets JAVA_HOME and JAVA_MAJOR: JAVA_HOME first, then PATH, then the oldest that fits in /usr/lib/jvm.
find_jdk() {
  if [ -n "${JAVA_HOME-}" ] && jdk_fits "$JAVA_HOME"; then
    JAVA_MAJOR=$major
    export JAVA_HOME
    return 0
  fi
  if have javac; then
    home=$(readlink -f "$(command -v javac)")
    home=${home%/bin/javac}
    if jdk_fits "$home"; then
      JAVA_HOME=$home JAVA_MAJOR=$major
      export JAVA_HOME
      return 0
    fi
  fi
  best=
  for home in "${HOLDFAST_JVM_DIR:-/usr/lib/jvm}"/*; do
    [ -d "$home" ] && [ ! -L "$home" ] && jdk_fits "$home" || continue
    if [ -z "$best" ] || [ "$major" -lt "$best" ]; then
      best=$major
      JAVA_HOME=$home
    fi
  done
  [ -n "$best" ] || return 1
  JAVA_MAJOR=$best
  export JAVA_HOME
}

# Installs packages; says so first. Not root: prints the command and ends.
# $1: what they are for; the others: packages
install_packages() {
  purpose=$1
  shift
  command="apt-get install -y --no-install-recommends $*"
  have apt-get || die 69 "$purpose is missing and there is no apt-get here: install the likes of: $*"
  if [ "$(id -u)" != 0 ]; then
    say "holdfast: $purpose is missing; as root, run:"
    say "  $command"
    exit 69
  fi
  say "holdfast: $purpose is missing: installing $* with apt-get"
  apt_log=$(mktemp)
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$apt_log" 2>&1; then
    # package lists are absent on fresh images and stale on old ones
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
        >"$apt_log" 2>&1; then
      tail -n 5 "$apt_log" >&2
      rm -f "$apt_log"
      return 1
    fi
  fi
  rm -f "$apt_log"
}

require_jdk() {
  find_jdk && return 0
  # JAVA_HOME of something too old would also mislead the build
  unset JAVA_HOME
  install_packages "a JDK $MIN_JAVA or later" "openjdk-$MIN_JAVA-jdk-headless" \
    || install_packages "a JDK $MIN_JAVA or later" default-jdk-headless \
    || die 69 "no JDK $MIN_JAVA or later could be installed; install one and set JAVA_HOME"
  find_jdk || die 69 "the installed JDK is older than $MIN_JAVA; install a newer one and set JAVA_HOME"
}

# The Maven wrapper fetches Maven once: over wget, curl or else the JDK itself, and unpacks it with unzip.
# (Without unzip it would take the .tar.gz, which the pinned checksum does not match.)
require_wrapper_tools() {
  for dist in "${MAVEN_USER_HOME:-$HOME/.m2}"/wrapper/dists/apache-maven-*/*; do
    [ -d "$dist/bin" ] && return 0
  done
  have unzip || install_packages "unzip, which unpacks Maven," unzip || die 69 "unzip could not be installed"
}
