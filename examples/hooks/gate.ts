import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

createServer((request, response) => {
  json(request)
    .then((hook) => {
      const { images } = hook as { images: { new: string[] } };
      const candidate = images.new.find((image) => image.includes('-rc'));
      response.writeHead(candidate === undefined ? 200 : 403);
      response.end(candidate === undefined ? 'no release candidate' : `${candidate} is a release candidate`);
    })
    .catch(() => response.writeHead(400).end('not the JSON of a hook'));
}).listen(Number(process.env['PORT'] ?? 8080));
