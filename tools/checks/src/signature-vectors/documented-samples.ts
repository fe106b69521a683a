import { toleranceSec, type Vector } from './vector.js';

type Sample = Omit<Vector, 'bodyBase64' | 'toleranceSec' | 'expect'> & { readonly body: string };

function sample({ body, ...rest }: Sample): Vector {
  return { ...rest, bodyBase64: Buffer.from(body).toString('base64'), toleranceSec, expect: 'ok' };
}

/** Complete requests that their authors published, secret included: nothing here was signed by us. */
export const documentedSamples = {
  standard: [
    sample({
      name: 'standard: a sample of Svix, from which the scheme comes',
      scheme: 'standard',
      secrets: ['whsec_plJ3nmyCDGBKInavdOK15jsl'],
      headers: {
        'webhook-id': 'msg_loFOjxBNrRLzqYUf',
        'webhook-timestamp': '1731705121',
        'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
      },
      body: '{"event_type":"ping","data":{"success":true}}',
      nowSec: 1_731_705_121,
    }),
  ],
  ed25519: [
    sample({
      name: 'standard-ed25519: a sample of the server of Svix',
      scheme: 'standard-ed25519',
      secrets: ['whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='],
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature':
          'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
      },
      body: '{"test": 2432232314}',
      nowSec: 1_614_265_330,
    }),
  ],
  providers: [
    sample({
      name: 'github: the sample of its documentation',
      scheme: 'github',
      secrets: ["It's a Secret to Everybody"],
      headers: {
        'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      },
      body: 'Hello, World!',
      nowSec: 1_702_987_200,
    }),
    sample({
      name: 'slack: the sample of its documentation',
      scheme: 'slack',
      secrets: ['8f742231b10e8888abcd99yyyzzz85a5'],
      headers: {
        'X-Slack-Request-Timestamp': '1531420618',
        'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      },
      body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
      nowSec: 1_531_420_618,
    }),
  ],
} as const satisfies Record<string, readonly Vector[]>;
