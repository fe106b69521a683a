const customers = ['cus_9f31', 'cus_27ab', 'cus_c04e', 'cus_5d12', 'cus_81ff'];
const goods = ['Desk lamp', 'Walnut shelf', 'Office chair', 'Wool rug', 'Floor mirror'];

/** Of `order.created`, as a team would write it down. */
export const orderSchema = {
  type: 'object',
  required: ['id', 'customer', 'amount', 'currency'],
  properties: {
    id: { type: 'string', description: 'Begins with ord_' },
    customer: { type: 'string', description: 'Who placed it' },
    amount: { type: 'integer', minimum: 0, description: 'In the smallest unit of the currency' },
    currency: { type: 'string', enum: ['EUR', 'USD', 'GBP'], description: 'ISO 4217' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, quantity: { type: 'integer', minimum: 1 } },
      },
    },
  },
} as const;

/** @returns a `data.object`, always the same for the same number */
export function sampleOf(type: string, number: number): Record<string, unknown> {
  const customer = customers[number % customers.length];
  const order = `ord_${(48_211 + number).toString(36)}`;
  const amount = 1_900 + ((number * 797) % 24_000);
  const kind = type.split('.')[0];
  if (kind === 'order') {
    const items = [{ name: goods[number % goods.length], quantity: 1 + (number % 3) }];
    return { id: order, customer, amount, currency: 'EUR', items };
  }
  if (kind === 'user') return { id: customer, email: `${customer}@mail.example`, plan: 'business' };
  if (kind === 'shipment') return { id: `shp_${number}`, order, carrier: 'DHL', parcels: 1 + (number % 2) };
  return { id: `${kind}_${(90_001 + number * 13).toString(36)}`, order, amount, currency: 'EUR' };
}
