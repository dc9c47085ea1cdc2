import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Gate(BaseHTTPRequestHandler):
    def do_POST(self):
        hook = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        candidates = [image for image in hook["images"]["new"] if "-rc" in image]
        self.send_response(403 if candidates else 200)
        self.end_headers()
        text = f"{candidates[0]} is a release candidate" if candidates else "no release candidate"
        self.wfile.write(text.encode())

ThreadingHTTPServer(("", int(os.environ.get("PORT", 8080))), Gate).serve_forever()
