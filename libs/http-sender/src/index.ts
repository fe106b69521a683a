export { createSender } from './sender.js';
export type { Sender, SenderOptions, SendRequest, SendResult } from './send.js';
export { sendErrorCodes } from './failure.js';
export type { SendError, SendErrorCode } from './failure.js';
export { checkUrl, checkUrlResolves } from './check-url.js';
export type { UrlCheck, UrlRules } from './check-url.js';
export { createAddressGuard } from './address-guard.js';
export type { AddressGuard } from './address-guard.js';
export type { ResolveName } from './resolve-name.js';
