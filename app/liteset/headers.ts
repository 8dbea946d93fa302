/** A header of Liteset's own. */
export interface Header {
  readonly name: string;
  /** What carries it. */
  readonly on: string;
  readonly meaning: string;
}

/** Every header of Liteset's own. docs/reference/headers.md is made from this table. */
export const HEADERS = {
  pod: { name: 'Liteset-Pod', on: 'answers', meaning: 'Name of the pod that answered.' },
  role: { name: 'Liteset-Role', on: 'answers', meaning: 'Role of that pod: `primary` or `replica`.' },
  position: {
    name: 'Liteset-Position',
    on: 'answers',
    meaning: 'The last transaction (TXID) that the answer covers, as 16 hexadecimal digits.',
  },
  token: {
    name: 'Liteset-Token',
    on: 'requests and answers',
    meaning: 'What the client has seen. The content is opaque. A pod never shows the client an older state.',
  },
  replicas: {
    name: 'Liteset-Replicas',
    on: 'answers, with `ackReplicas`',
    meaning:
      'How many replicas had the data of the answer, of how many were wanted: `1 of 1`. Writes always carry it; reads only when too few replicas had the data.',
  },
  forwarded: {
    name: 'Liteset-Forwarded',
    on: 'requests between pods',
    meaning: 'The pods that have forwarded the request, in order. At most six forwards are made.',
  },
} as const satisfies Record<string, Header>;
