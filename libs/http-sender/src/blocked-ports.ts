/**
 * Ports on which something else than HTTP listens, and which a POST could be made to talk to: the "bad ports" of the
 * WHATWG Fetch standard (https://fetch.spec.whatwg.org/#port-blocking), but those of {@link internalServices}.
 */
const blockedPorts: ReadonlySet<number> = new Set([
  0, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
  119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548,
  554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/**
 * Ports of the services inside a network, many of which act on whoever reaches them: a POST to Docker or etcd is obeyed,
 * Redis and memcached read commands out of a body. Nobody serves webhooks there. 80, 443, 3000, 4000, 5000 and most of
 * 8000 to 9999 are no such ports: people do.
 */
const internalServices: Readonly<Record<string, readonly number[]>> = {
  // of the Fetch standard, too; hardly any machine has them, and who tries what a refused connection does takes one of them
  'tcpmux, echo, discard and their like': [1, 7, 9, 11, 13, 15, 17, 19],
  'Kerberos, SMB, rsync': [88, 445, 464, 873],
  'iSCSI, global catalog': [3260, 3268, 3269],
  'SOCKS, Squid': [1080, 3128],
  'remote desktops and shells': [3389, 5900, 5901, 5902, 5903, 5985, 5986],
  'Java RMI and JMX, Erlang': [1099, 4369, 7199],
  'SQL Server, Oracle, MySQL': [1433, 1434, 1521, 3306, 33_060],
  'PostgreSQL, PgBouncer, CockroachDB': [5432, 5433, 6432, 26_257],
  'Redis, memcached': [6379, 6380, 11_211],
  'MongoDB, CouchDB, RethinkDB, Neo4j': [27_017, 27_018, 27_019, 5984, 28_015, 7473, 7474, 7687],
  Cassandra: [7000, 7001, 9042, 9160],
  'Elasticsearch, Solr, Kibana': [9200, 9300, 8983, 5601],
  NATS: [4222, 6222, 8222],
  'Kafka, Pulsar, ZooKeeper': [9092, 9093, 9094, 6650, 2181, 2888, 3888],
  'RabbitMQ, ActiveMQ, MQTT': [5671, 5672, 15_672, 25_672, 61_613, 61_616, 1883, 8883],
  'etcd, Consul, Vault, Nomad': [
    2379, 2380, 8300, 8301, 8302, 8500, 8501, 8502, 8600, 8200, 8201, 4646, 4647, 4648,
  ],
  'Docker, Kubernetes': [2375, 2376, 2377, 6443, 10_250, 10_255, 10_256, 10_257, 10_259],
  'Salt, git, statsd, HDFS': [4505, 4506, 9418, 8125, 50_070],
};
const internalServicePorts: ReadonlySet<number> = new Set(Object.values(internalServices).flat());

/** Not delivered to, whatever the address. */
export function isBlockedPort(port: number): boolean {
  return blockedPorts.has(port);
}

/** Delivered to only in networks that the operator has opened, where ports are the operator's affair. */
export function isInternalServicePort(port: number): boolean {
  return internalServicePorts.has(port);
}
