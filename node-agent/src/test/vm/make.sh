# Makes the virtual machine of bin/test-vm: kernel, runtime, disk. Sourced by it, after bin/common.sh; POSIX sh.
# cache: a directory that keeps what does not change; parts: the directory of this file.

# Packages that containers of image host and the tests find in the machine, as far as the host has them; libraries follow.
userland="bash bsdutils coreutils dash diffutils findutils grep hostname iproute2 libc-bin mawk mount perl-base procps sed tini util-linux"

# Unpacks package $1 into the new directory $2. Nothing is installed.
fetch_package() {
  rm -rf "$2"
  mkdir -p "$2"
  say "holdfast: fetching $1"
  (cd "$2" && apt-get download -q "$1" >apt.log 2>&1) \
    || die 69 "$1 could not be downloaded: run apt-get update and try again ($2/apt.log)"
  dpkg-deb -x "$2"/*.deb "$2"
  rm "$2"/*.deb
}

fetch_busybox() {
  busybox=$PWD/$cache/busybox
  [ ! -x "$busybox" ] || return 0
  fetch_package busybox-static "$cache/busybox-deb"
  mv "$cache/busybox-deb/bin/busybox" "$busybox" 2>/dev/null || mv "$cache/busybox-deb/usr/bin/busybox" "$busybox"
  rm -rf "$cache/busybox-deb"
}

# The parser of AppArmor's profiles, and what profiles include.
fetch_apparmor() {
  [ ! -d "$cache/apparmor" ] || return 0
  fetch_package apparmor "$cache/apparmor-deb"
  mv "$cache/apparmor-deb" "$cache/apparmor"
}

# Sets boot: a directory with vmlinuz, modules and initramfs of kernel $1.
fetch_kernel() {
  case $1 in
    6.1) meta=linux-image-cloud-amd64 ;;
    *) meta=linux-image-$1-cloud-amd64 ;;
  esac
  boot=$cache/$meta
  if [ ! -e "$boot/ready" ]; then
    package=$(apt-cache depends "$meta" 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
    [ -n "$package" ] || die 69 "apt knows no $meta: run apt-get update, or name another KERNEL"
    fetch_package "$package" "$boot"
    mv "$boot"/boot/vmlinuz-* "$boot/vmlinuz"
    find "$boot/lib" -name '*.ko.xz' -exec "$busybox" unxz {} +
    "$busybox" depmod -b "$boot" "$(basename "$boot"/lib/modules/*)"
    touch "$boot/ready"
  fi
  make_initramfs
}

# Busybox, the program that mounts the disk, and the modules that see it: two archives, one behind the other.
make_initramfs() {
  tree=$boot/initramfs
  rm -rf "$tree"
  mkdir -p "$tree/bin"
  cp "$busybox" "$tree/bin/busybox"
  cp "$parts/init" "$tree/init"
  {
    (cd "$tree" && find . | "$busybox" cpio -o -H newc)
    (cd "$boot" && find lib -type d -o -name 'modules.*' -o -path "*/drivers/virtio/*.ko" -o -path "*/fs/quota/*.ko" -o -name virtio_blk.ko \
      | "$busybox" cpio -o -H newc)
  } >"$boot/initramfs.cpio" 2>/dev/null
  rm -rf "$tree"
}

# A Java of the modules the tests need. Its flags are its own, so that processes which tests start have them too: emulated,
# the first compiler alone is faster than both.
make_runtime() {
  runtime=$PWD/$cache/jdk-$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$JAVA_HOME/release")
  [ ! -x "$runtime/bin/java" ] || return 0
  rm -rf "$runtime"
  modules=java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml
  "$JAVA_HOME/bin/jlink" --output "$runtime" --no-header-files --no-man-pages --strip-debug \
    --add-modules "$modules,jdk.jcmd,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs" \
    --add-options="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -XX:SharedArchiveFile=$PWD/$cache/suite/classes.jsa \
-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"
}

# Copies programs of the host's packages, what these have in /lib, and the libraries that they and the runtime name.
take_userland() {
  for package in $userland; do
    dpkg -L "$package" 2>/dev/null | sed -n 's#^/\(usr/\)*\(s*bin/.*\|lib/.*\)#\2#p'
  done | while read -r file; do
    [ -f "/$file" ] || continue
    mkdir -p "$disk/usr/$(dirname "$file")"
    cp -L "/$file" "$disk/usr/$file"
  done
  for name in awk:mawk modprobe:busybox; do
    [ -e "$disk/usr/bin/${name%:*}" ] || ln -s "${name#*:}" "$disk/usr/bin/${name%:*}"
  done
  # libgcc_s is opened when a thread is cancelled, and not named
  { find "$disk/usr/bin" "$disk/usr/sbin" "$runtime" -type f -exec ldd {} + 2>/dev/null; ldconfig -p | grep 'libgcc_s.so.1.*x86-64'; } \
    | sed -n 's,.*[[:blank:]]\(/[^ ]*\.so[^ ]*\).*,\1,p' | grep -v "^$PWD" | sort -u \
    | while read -r library; do
      mkdir -p "$disk$(dirname "$library")"
      cp -L "$library" "$disk$library"
    done
  ldconfig -r "$disk" 2>/dev/null
}

# Sets suite: a directory with the tests' class path as jars, and an archive of its classes: loading them is most of what an
# emulated Java does. It and the runtime have the same path on the disk as here, which is what makes the archive valid there.
make_suite() {
  suite=$PWD/$cache/suite
  rm -rf "$suite"
  mkdir -p "$suite"
  path=
  for entry in node-agent/target/test-classes node-agent/target/classes $(tr ':' ' ' <node-agent/target/test.classpath); do
    if [ -d "$entry" ]; then
      jar=$suite/$(basename "$(dirname "$(dirname "$entry")")")-$(basename "$entry").jar
      "$JAVA_HOME/bin/jar" -c -f "$jar" -0 -C "$entry" .
    else
      jar=$suite/$(basename "$entry")
      cp "$entry" "$jar"
    fi
    path=$path:$jar
  done
  printf '%s\n' -Xmx640m -Djava.util.concurrent.ForkJoinPool.common.parallelism=4 -cp "${path#:}" >"$suite/options"
  # what a start loads, with its lambdas; and all other classes, but for libraries that only the agent needs
  "$runtime/bin/java" -Xshare:off -XX:DumpLoadedClassList="$suite/loaded" @"$suite/options" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --select-package=io.holdfast.keeper.linux \
    --exclude-tag=root --reports-dir="$suite/reports" >/dev/null 2>&1 || true
  {
    cat "$suite/loaded"
    for jar in "$suite"/*.jar; do
      case $jar in
        */hazelcast-* | */netty-* | */vertx-* | */archunit-* | */byte-buddy-*) ;;
        *) "$JAVA_HOME/bin/jar" -t -f "$jar" | grep -v '^META-INF\|-info\.class$' | sed -n 's/\.class$//p' ;;
      esac
    done
  } >"$suite/classes"
  "$runtime/bin/java" -Xshare:dump -XX:SharedClassListFile="$suite/classes" -XX:SharedArchiveFile="$suite/classes.jsa" \
    -cp "${path#:}" >"$suite/archive.log" 2>&1
}

take_tests() {
  for directory in "$suite" "$runtime"; do
    mkdir -p "$disk$(dirname "$directory")"
    cp -R -p "$directory" "$disk$directory"
  done
  ln -s "$runtime" "$disk/vm/jdk"
  ln -s "$suite" "$disk/vm/suite"
  printf '%s\n' "$@" >"$disk/vm/selection"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n' >"$disk/etc/passwd"
  printf 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n' >"$disk/etc/group"
  printf '127.0.0.1 localhost holdfast-vm\n' >"$disk/etc/hosts"
  printf 'holdfast-vm\n' >"$disk/etc/hostname"
}

# A disk with a file system of the host's programs, the runtime, the tests and room; arguments: what selects tests.
# On ext4, which can be mounted with mapped ids (5.12) as well as lie above in an overlay, and holds projects to their quotas.
make_disk() {
  disk=$PWD/$cache/root
  rm -rf "$disk" "$cache/disk.img"
  mkdir -p "$disk/usr/bin" "$disk/usr/sbin" "$disk/usr/lib" "$disk/usr/lib64"
  for link in bin sbin lib lib64; do ln -s "usr/$link" "$disk/$link"; done
  for directory in dev etc mnt proc reports root run sys tmp var vm; do mkdir "$disk/$directory"; done
  chmod 1777 "$disk/tmp"
  cp "$busybox" "$disk/usr/bin/busybox"
  cp "$cache/apparmor/sbin/apparmor_parser" "$disk/usr/sbin/" 2>/dev/null \
    || cp "$cache/apparmor/usr/sbin/apparmor_parser" "$disk/usr/sbin/"
  cp -R "$cache/apparmor/etc/." "$disk/etc/"
  mkdir -p "$disk/usr/share"
  cp -R "$cache/apparmor/usr/share/apparmor-features" "$disk/usr/share/"
  take_userland
  cp -R "$boot/lib/modules" "$disk/usr/lib/"
  cp "$parts/run" "$disk/vm/run"
  take_tests "$@"
  mke2fs -q -t ext4 -O ^has_journal,quota,project -m 0 -d "$disk" "$cache/disk.img" 3G
  rm -rf "$disk"
}
