import { readRepositoryFile } from '../repository.js';
import { parse, stringify } from 'yaml';

const rulesPath = 'deploy/prometheus/rules/postel.rules.yml';
export const prometheusRulePath = 'deploy/kubernetes/components/monitoring/prometheus-rule.yaml';

/** The alert rules as the Prometheus Operator takes them: kustomize cannot put a file into an object's spec. */
export function prometheusRule(): string {
  const manifest = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'postel' },
    spec: parse(readRepositoryFile(rulesPath)) as unknown,
  };
  const head = `# Made of ${rulesPath} by tools/deploy-checks/dist/kubernetes/generate-prometheus-rule.js\n`;
  return head + stringify(manifest, { lineWidth: 0, singleQuote: true });
}
