# Sets java and version to a JDK 21 or newer, from JAVA_HOME or the usual places. To be read by a script (". ops/jdk.sh").
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || true)
  if [ "${version:-0}" -ge 21 ] && [ -x "$home/bin/javac" ]; then
    java="$home/bin/java"
    break
  fi
done
: "${java:?no JDK 21 or newer found: set JAVA_HOME}"
