import { randomUUID } from 'node:crypto';
import { kubectlJson } from './cluster/kubectl.ts';
import { nodes, onNode } from './cluster/nodes.ts';
import { invoices } from './cluster/release.ts';
import { attempt, run } from './cluster/run.ts';
import { story } from './cluster/story.ts';

const BRIDGE = 'br-liteset';

/** One line of `iptables -nvxL CHAIN`. */
interface Rule {
  readonly packets: number;
  readonly target: string;
  readonly from: string;
  readonly to: string;
}

async function rules(chain: string): Promise<Rule[]> {
  const [, , ...lines] = (await run('iptables', ['-nvxL', chain])).trimEnd().split('\n');
  return lines.map((line) => {
    const [packets = '', , target = '', , , from = '', to = ''] = line.trim().split(/\s+/);
    return { packets: Number(packets), target, from, to };
  });
}

/** Whether a rule concerns a packet that came in from the cluster. */
const concerns = ({ from }: Rule): boolean => from === '*' || from === BRIDGE;

describe('the network of the cluster', () => {
  story('rejects what would leave this machine, before any other rule sees it', invoices, async (step) => {
    await step('forwarded packets come to DOCKER-USER first', async () =>
      expect((await rules('FORWARD'))[0]).toMatchObject({ target: 'DOCKER-USER', from: '*', to: '*' }),
    );
    await step('there, the first rule about the cluster rejects what does not go back into it', async () =>
      expect((await rules('DOCKER-USER')).find(concerns)).toMatchObject({
        target: 'REJECT',
        from: BRIDGE,
        to: `!${BRIDGE}`,
      }),
    );
  });

  story('counts what it rejects: a packet from a node to another network of this machine', invoices, async (step) => {
    const [node = ''] = await nodes();
    const name = `e2e-${randomUUID().slice(0, 8)}`;
    const rejected = async () => (await rules('DOCKER-USER')).find(concerns)?.packets ?? Number.NaN;
    // A bridge without members: it is on this machine, and nothing that is sent to it can go anywhere.
    await run('docker', ['network', 'create', '--internal', name]);
    try {
      const subnet = await run('docker', ['network', 'inspect', name, '--format', '{{(index .IPAM.Config 0).Subnet}}']);
      const nobody = subnet.replace(/\.\d+\/\d+\s*$/, '.77');
      const before = await rejected();
      await step('the packet is refused', async () => {
        const { code, stderr } = await attempt('docker', ['exec', node, 'bash', '-c', `exec 3<>/dev/tcp/${nobody}/80`]);
        expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/refused/i) });
      });
      await step('and counted', async () => expect(await rejected()).toBeGreaterThan(before));
    } finally {
      await run('docker', ['network', 'rm', name]);
    }
    await step('within the cluster, packets do pass', () =>
      onNode(node, ['bash', '-c', `exec 3<>/dev/tcp/${node}/6443`]),
    );
  });

  story(
    'says at once that a pod is gone: nobody waits minutes for the address of an old primary',
    invoices,
    async (step) => {
      interface Node {
        metadata: { name: string };
        spec: { podCIDR: string };
      }
      const { items } = await kubectlJson<{ items: Node[] }>(['get', 'nodes']);
      for (const { metadata, spec } of items) {
        await step(`${metadata.name} has no way to an address of its own that no pod has`, async () => {
          const nobody = spec.podCIDR.replace(/\.\d+\/\d+$/, '.254');
          const { code, stderr } = await attempt('docker', ['exec', metadata.name, 'ip', 'route', 'get', nobody]);
          expect({ code, stderr }).toEqual({
            code: 2,
            stderr: expect.stringMatching(/No route to host|Host is unreachable/),
          });
        });
      }
    },
  );
});
