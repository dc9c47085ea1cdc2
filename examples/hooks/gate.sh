#!/bin/sh
# One request on standard input, the answer on standard output: socat TCP-LISTEN:8080,reuseaddr,fork EXEC:./gate.sh
while read -r name value && [ "$name" != "$(printf '\r')" ]; do
  case $name in [Cc]ontent-[Ll]ength:) length=${value%?} ;; esac
done
new=$(head -c "$length" | sed 's/.*"new":\[\([^]]*\)\].*/\1/')
case $new in
  *-rc*) status='403 Forbidden' text="$new is a release candidate" ;;
  *) status='200 OK' text='no release candidate' ;;
esac
printf 'HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' "$status" ${#text} "$text"
