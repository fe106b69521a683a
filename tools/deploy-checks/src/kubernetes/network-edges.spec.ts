import { describe, expect, it } from '@jest/globals';
import { builtManifests, skipped } from './build-for-tests.js';
import { isAllowed, type Party } from './network.js';
import { isWorkload, podLabels, type KubernetesObject } from './objects.js';

const withKubectl = skipped === '' ? describe : describe.skip;

const services = ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics'];
const withTables = ['deliverer', 'dead-letter', 'metrics'];
const internet = ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'];
/** What a receiver's URL must not lead to, wherever Postel's own guard of addresses should fail. */
const forbidden = [
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.168.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  'fc00::1',
  'fe80::1',
  'fd00:ec2::254',
  '::ffff:10.0.0.1',
  '2002:a00:1::1',
];

const outside = (namespace: string, labels: Readonly<Record<string, string>> = {}): Party => ({
  namespace,
  labels,
});
const dns = outside('kube-system', { 'k8s-app': 'kube-dns' });
const controller = outside('ingress-nginx');
const gateway = outside('gateway-system');
const prometheus = outside('monitoring', { 'app.kubernetes.io/name': 'prometheus' });
const stranger = outside('elsewhere');
const keda = outside('keda');

function partiesOf(objects: readonly KubernetesObject[]): (name: string) => Party {
  return (name) => {
    const workload = objects.filter(isWorkload).find(({ metadata }) => metadata.name.startsWith(name));
    if (!workload) throw new Error(`There is no ${name}`);
    return { namespace: 'postel', labels: podLabels(workload) };
  };
}

withKubectl(`the network policies${skipped}`, () => {
  describe.each(['dev', 'production', 'by an HTTPRoute, CPU and CloudNativePG'])('of %s', (name) => {
    const objects = builtManifests(name);
    const pod = partiesOf(objects);
    const may = (from: Party, to: Party, port: number, protocol: 'TCP' | 'UDP' = 'TCP') =>
      isAllowed(objects, { from, to, port, protocol });

    it.each(services)('let %s reach the broker and DNS', (service) => {
      expect(may(pod(service), pod('nats'), 4222)).toBe(true);
      expect(may(pod(service), dns, 53, 'UDP')).toBe(true);
      expect(may(pod(service), dns, 53)).toBe(true);
      expect(may(pod(service), pod('nats'), 8222)).toBe(false);
      expect(may(pod(service), dns, 443)).toBe(false);
    });

    it('let the deliverer reach the internet, and nobody else', () => {
      for (const address of internet)
        for (const port of [80, 443, 8443]) {
          expect(may(pod('deliverer'), { address }, port)).toBe(true);
          const others = [...services.filter((service) => service !== 'deliverer'), 'migrate', 'nats'];
          expect(others.filter((service) => may(pod(service), { address }, port))).toEqual([]);
        }
      expect(may(pod('deliverer'), { address: internet[0] as string }, 53, 'UDP')).toBe(false);
    });

    it.each(forbidden)('keep the deliverer from %s', (address) => {
      expect(may(pod('deliverer'), { address }, 443)).toBe(false);
    });

    it('let ingest reach the other two APIs, and none the other way', () => {
      for (const api of ['metrics', 'dead-letter']) {
        expect(may(pod('ingest'), pod(api), 8080)).toBe(true);
        expect(may(pod('ingest'), pod(api), 9464)).toBe(false);
        expect(may(pod(api), pod('ingest'), 8080)).toBe(false);
        expect(may(pod('deliverer'), pod(api), 8080)).toBe(false);
      }
    });

    it('let the console reach nobody, not even DNS', () => {
      const parties = [...services, 'console', 'nats'].map(pod);
      const ports = [53, 80, 443, 4222, 5432, 8080, 8222, 9464];
      const reached = [...parties, dns, stranger, ...internet.map((address) => ({ address }))].filter((to) =>
        ports.some((port) => may(pod('console'), to, port) || may(pod('console'), to, port, 'UDP')),
      );
      expect(reached).toEqual([]);
    });

    it('keep strangers and the services from the console', () => {
      const callers = [stranger, ...services.map(pod)];
      expect(
        callers.filter((from) => may(from, pod('console'), 8080) || may(from, pod('console'), 9464)),
      ).toEqual([]);
    });

    it('keep strangers out', () => {
      for (const target of [...services, 'nats'])
        expect([8080, 9464, 4222, 6222, 8222].filter((port) => may(stranger, pod(target), port))).toEqual([]);
    });

    it('let producers publish to the broker from namespaces that are labelled so', () => {
      const producer = { ...stranger, namespaceLabels: { 'postel.io/produces-events': 'true' } } as Party;
      expect(may(producer, pod('nats'), 4222)).toBe(true);
      expect(may(producer, pod('nats'), 8222)).toBe(false);
    });
  });

  const dev = builtManifests('dev');
  const production = builtManifests('production');
  const gatewayed = builtManifests('by an HTTPRoute, CPU and CloudNativePG');

  it('let who has tables reach PostgreSQL, and nobody else', () => {
    const pod = partiesOf(dev);
    const instance: Party = { namespace: 'postel', labels: { 'cnpg.io/cluster': 'postel-database' } };
    const cases: [readonly KubernetesObject[], Party][] = [
      [dev, pod('postgres')],
      [production, { address: '192.0.2.10' }],
      [gatewayed, instance],
    ];
    for (const [objects, to] of cases) {
      const reaching = [...services, 'migrate'].filter((service) =>
        isAllowed(objects, { from: partiesOf(objects)(service), to, port: 5432 }),
      );
      expect(reaching).toEqual([...withTables, 'migrate']);
    }
    expect(isAllowed(gatewayed, { from: outside('cnpg-system'), to: instance, port: 8000 })).toBe(true);
    expect(isAllowed(gatewayed, { from: stranger, to: instance, port: 5432 })).toBe(false);
  });

  it('let Grafana and what makes its account reach PostgreSQL, and nobody else of its namespace', () => {
    const grafana = outside('monitoring', { 'app.kubernetes.io/name': 'grafana' });
    const instance: Party = {
      namespace: 'postel',
      labels: {
        'cnpg.io/cluster': 'postel-database',
        'app.kubernetes.io/name': 'postgres',
        'app.kubernetes.io/component': 'database',
      },
    };
    const user = partiesOf(gatewayed)('grafana-user');
    const reaching = [user, grafana, prometheus, { ...grafana, namespace: 'elsewhere' }].filter((from) =>
      isAllowed(gatewayed, { from, to: instance, port: 5432 }),
    );
    expect(reaching).toEqual([user, grafana]);
    expect(isAllowed(gatewayed, { from: grafana, to: instance, port: 8000 })).toBe(false);
    const external = { from: user, to: { address: '192.0.2.10' }, port: 5432 };
    expect(isAllowed(production, external)).toBe(true);
    expect(isAllowed(production, { ...external, to: { address: '93.184.215.14' } })).toBe(false);
  });

  it('let a backup reach the broker, PostgreSQL and DNS alone', () => {
    const backup = partiesOf(gatewayed)('backup');
    const instance: Party = { namespace: 'postel', labels: { 'cnpg.io/cluster': 'postel-database' } };
    const pod = partiesOf(gatewayed);
    const ports = [53, 80, 443, 4222, 5432, 6222, 8080, 8222, 9464];
    const reached = [...services.map(pod), pod('nats'), instance, dns, { address: internet[0] as string }]
      .flatMap((to) => ports.map((port) => ({ to, port })))
      .filter(({ to, port }) => isAllowed(gatewayed, { from: backup, to, port }));
    expect(reached).toEqual([
      { to: pod('nats'), port: 4222 },
      { to: instance, port: 5432 },
      { to: dns, port: 53 },
    ]);
    expect(partiesOf(gatewayed)('restore')).toEqual(backup);
  });

  it('let the front door reach the API of ingest and the console alone', () => {
    const reached = (objects: readonly KubernetesObject[], from: Party) =>
      [...services, 'console'].filter((service) =>
        isAllowed(objects, { from, to: partiesOf(objects)(service), port: 8080 }),
      );
    expect(reached(production, controller)).toEqual(['ingest', 'console']);
    expect(reached(gatewayed, gateway)).toEqual(['ingest', 'console']);
    expect(reached(gatewayed, controller)).toEqual([]);
    expect(reached(dev, controller)).toEqual([]);
  });

  it('let Prometheus reach the metrics of all five and of the console, and no API', () => {
    const scraped = (port: number) =>
      [...services, 'console'].filter((service) =>
        isAllowed(production, { from: prometheus, to: partiesOf(production)(service), port }),
      );
    expect(scraped(9464)).toEqual([...services, 'console']);
    expect(scraped(8080)).toEqual([]);
  });

  it('let the brokers reach each other, and KEDA their monitoring', () => {
    const nats = partiesOf(production)('nats');
    expect(isAllowed(production, { from: nats, to: nats, port: 6222 })).toBe(true);
    expect(isAllowed(production, { from: keda, to: nats, port: 8222 })).toBe(true);
    expect(isAllowed(gatewayed, { from: keda, to: nats, port: 8222 })).toBe(false);
    expect(isAllowed(production, { from: partiesOf(production)('ingest'), to: nats, port: 6222 })).toBe(
      false,
    );
  });

  it('let only dev deliver to receivers inside the cluster', () => {
    const receiver = outside('receivers');
    const reaches = (objects: readonly KubernetesObject[]) =>
      isAllowed(objects, { from: partiesOf(objects)('deliverer'), to: receiver, port: 8080 });
    expect([dev, production, gatewayed].map(reaches)).toEqual([true, false, false]);
    expect(
      isAllowed(dev, { from: partiesOf(dev)('deliverer'), to: partiesOf(dev)('ingest'), port: 8080 }),
    ).toBe(false);
  });

  it('are what these edges are allowed by: without one, its edge is gone', () => {
    const without = (policy: string) => production.filter(({ metadata }) => metadata.name !== policy);
    const [ingest, deliverer, nats] = ['ingest', 'deliverer', 'nats'].map(partiesOf(production)) as [
      Party,
      Party,
      Party,
    ];
    const closed: [string, Party, Party, number][] = [
      ['services-to-nats', ingest, nats, 4222],
      ['nats-from-services-and-producers', ingest, nats, 4222],
      ['deliverer-to-the-internet', deliverer, { address: '93.184.215.14' }, 443],
      ['services-to-postgres', deliverer, { address: '192.0.2.10' }, 5432],
      ['nats-routes', nats, nats, 6222],
    ];
    for (const [policy, from, to, port] of closed) {
      expect(isAllowed(production, { from, to, port })).toBe(true);
      expect([policy, isAllowed(without(policy), { from, to, port })]).toEqual([policy, false]);
    }
    const open = dev.filter(({ metadata }) => metadata.name !== 'deny-all');
    const toDispatcher = { from: stranger, to: partiesOf(dev)('dispatcher'), port: 8080 };
    expect([dev, open].map((objects) => isAllowed(objects, toDispatcher))).toEqual([false, true]);
  });
});
