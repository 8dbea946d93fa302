// Run by `helm test` for an application of yours, to which only you can write: all pods are ready, one is the primary, and all come to
// what that had.
// PODS: base URLs of the pods' status. TIMEOUT_MS: how long to wait for the pods to be ready, and for replication.
const urls = (process.env.PODS ?? '').split(' ').filter(Boolean);
const deadline = Date.now() + Number(process.env.TIMEOUT_MS ?? 60_000);

async function ask(url, path) {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) }).catch((error) => {
    throw new Error(`GET ${url}${path}: ${error.cause?.message ?? error.message}`);
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`GET ${url}${path}: ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** Tries until it works or the time is up, and then fails with the last reason. */
async function eventually(attempt) {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function main() {
  if (urls.length === 0) throw new Error('PODS is empty');
  await Promise.all(urls.map((url) => eventually(() => ask(url, '/readyz'))));
  const { pod, position } = await eventually(async () => {
    const pods = await Promise.all(urls.map((url) => ask(url, '/liteset/status')));
    const primaries = pods.filter(({ role }) => role === 'primary');
    if (primaries.length !== 1) throw new Error(`${primaries.length} of ${pods.length} pods are primary, not 1`);
    return primaries[0];
  });
  console.log(`${pod} is the primary, at ${position}`);
  await Promise.all(
    urls.map((url) =>
      eventually(async () => {
        const standing = await ask(url, '/liteset/status');
        if (standing.position < position) throw new Error(`${standing.pod} is at ${standing.position}, not at ${position}`);
        console.log(`${standing.pod} has that, a ${standing.role}`);
      }),
    ),
  );
}

main().catch((error) => {
  console.error(`FAILED: ${error.message}`);
  process.exitCode = 1;
});
