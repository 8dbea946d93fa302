import { calledOf, lineOf } from '../../hack/vulnerabilities/called.ts';

const message = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
const finding = (osv: string, place: object) =>
  message({ finding: { osv, fixed_version: 'v0.62.0', trace: [place, { module: 'ours', function: 'main' }] } });
const net = { module: 'golang.org/x/net', version: 'v0.60.0' };

test('what is called is told once, with the version that mends it; what is only required or imported is not', () => {
  const output =
    message({ config: { protocol_version: 'v1.0.0' } }) +
    message({ osv: { id: 'GO-2026-1', details: 'a brace\n{ at the begin of a line of text' } }) +
    finding('GO-2026-1', net) +
    finding('GO-2026-2', { ...net, package: 'golang.org/x/net/html' }) +
    finding('GO-2026-3', { ...net, package: 'golang.org/x/net/http2', function: 'Serve' }) +
    finding('GO-2026-3', { ...net, package: 'golang.org/x/net/http2', function: 'Read' }) +
    finding('GO-2026-4', { module: 'stdlib', version: 'v1.26.8', package: 'net/http', function: 'Serve' });
  expect(calledOf(output).map(lineOf)).toEqual([
    'error: GO-2026-3 in golang.org/x/net v0.60.0 is called; raise it to v0.62.0',
    'note: GO-2026-4 in stdlib v1.26.8 is called; raise it to v0.62.0',
  ]);
});
