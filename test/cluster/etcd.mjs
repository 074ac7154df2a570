// What lies in an etcd, read and written below the API servers, so that filling many clusters costs none of them a request.

/** Operations that one transaction takes by etcd's default. */
const AT_ONCE = 100;

/** @typedef {[key: string, value: Buffer]} Pair */

/** @param {string} url of the client port, which also serves the JSON gateway */
export function etcdAt(url) {
  const base64 = (/** @type {string} */ text) => Buffer.from(text).toString('base64');
  /** @param {string} path @param {object} body @returns {Promise<any>} */
  async function call(path, body) {
    const answer = await fetch(`${url}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd ${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    return answer.json();
  }
  return {
    /** Everything below a prefix. @param {string} prefix @returns {Promise<Pair[]>} */
    async below(prefix) {
      const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
      const { kvs = [] } = await call('range', { key: base64(prefix), range_end: base64(end) });
      return kvs.map((/** @type {any} */ { key, value }) => [
        Buffer.from(key, 'base64').toString(),
        Buffer.from(value ?? '', 'base64'),
      ]);
    },
    /** Forgets all that was before now, as every server's does in time. */
    async compact() {
      const { header } = await call('range', { key: base64('none') });
      await call('compaction', { revision: header.revision, physical: true });
    },
    /** @param {Pair[]} pairs */
    async put(pairs) {
      for (let i = 0; i < pairs.length; i += AT_ONCE) {
        const success = pairs
          .slice(i, i + AT_ONCE)
          .map(([key, value]) => ({ request_put: { key: base64(key), value: value.toString('base64') } }));
        await call('txn', { success });
      }
    },
  };
}
