import { describe, expect, test } from '@jest/globals';
import { PhaseFailed } from '../report.js';
import { insertSql } from './insert-sql.js';

const known = { id: 'n', partition: 'endpoint.partition', tenant: `'default'` };
const from = 'FROM generate_series(0, 9) AS n';
const required = (name: string) => ({ name, required: true });

describe('the insert of seeded rows', () => {
  test('fills what the table has and the benchmark knows', () => {
    const present = [required('tenant'), required('id'), { name: 'note', required: false }];
    expect(insertSql({ table: 'waiting', present, known, from })).toBe(
      `INSERT INTO waiting ("tenant", "id")\nSELECT 'default', n\n${from}`,
    );
  });

  test('says which column it does not know', () => {
    const present = [required('id'), required('moon_phase'), required('tide')];
    const insert = () => insertSql({ table: 'waiting', present, known, from });
    expect(insert).toThrow(PhaseFailed);
    expect(insert).toThrow('waiting: moon_phase, tide');
  });

  test('says that the table is not there', () => {
    expect(() => insertSql({ table: 'waiting', present: [], known, from })).toThrow('no table waiting');
  });
});
