import { repositoryRoot } from '../repository.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prometheusRule, prometheusRulePath } from './prometheus-rule.js';

writeFileSync(join(repositoryRoot, prometheusRulePath), prometheusRule());
