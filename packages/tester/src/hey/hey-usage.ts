/** Output of `hey -h`; the flags are those of the real one. */
export const heyUsage = `Usage: hey [options...] <url>

This is Sluice's stand-in for hey: the flags below are the real one's.

  -n       Requests in all (200); a multiple of -c is sent
  -c       Workers at once (50), not more than -n
  -q       Requests a second of each worker; 0, the default, is no limit
  -z       How long to send, such as 10s or 3m; -n is then ignored
  -o       csv prints one line a response instead of the summary
           (connecting and writing are not measured: 0)

  -m       Method (GET)
  -H       Header such as "Accept: text/html"; may be repeated
  -t       Seconds each request may take (20); 0 is no limit
  -A       Accept header
  -d       Body
  -D       File with the body
  -T       Content-Type header (text/html)
  -U       User-Agent header
  -a       username:password of basic authentication
  -x       HTTP proxy, host:port; http_proxy and no_proxy are honoured without it
  -host    Host header

  -disable-compression  Do not ask for compressed answers
  -disable-keepalive    A connection for each request
  -disable-redirects    Count redirects instead of following them
  -cpus                 Has no effect
`;
