import { asRecord } from '@sluice/lib/json/json-read.ts';

/** Makes etcd forget every version but the newest, by the JSON face of its gRPC API. */
export async function compactEtcd(etcdUrl: string): Promise<void> {
  const ask = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${etcdUrl}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd, ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const key = Buffer.from('/').toString('base64');
  const { header } = asRecord(await ask('range', { key, limit: 1 }));
  await ask('compaction', { revision: asRecord(header)['revision'], physical: true });
}
