import { importedOf, lineOf } from '../../hack/vulnerabilities/imported.ts';

const message = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
const finding = (osv: string, place: object) => message({ finding: { osv, fixed_version: 'v0.62.0', trace: [place] } });
const net = { module: 'golang.org/x/net', version: 'v0.60.0' };

test('what is imported is told once, with the version that mends it; what is only required is not', () => {
  const output =
    message({ config: { protocol_version: 'v1.0.0' } }) +
    message({ osv: { id: 'GO-2026-1', details: 'a brace\n{ at the begin of a line of text' } }) +
    finding('GO-2026-1', net) +
    finding('GO-2026-2', { ...net, package: 'golang.org/x/net/http2' }) +
    finding('GO-2026-2', { ...net, package: 'golang.org/x/net/http2' }) +
    finding('GO-2026-3', { module: 'stdlib', version: 'v1.26.8', package: 'net/http' });
  expect(importedOf(output).map(lineOf)).toEqual([
    'error: GO-2026-2 in golang.org/x/net v0.60.0 is imported; raise it to v0.62.0',
    'note: GO-2026-3 in stdlib v1.26.8 is imported; raise it to v0.62.0',
  ]);
});
