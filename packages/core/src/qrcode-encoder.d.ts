/** The encoder inside `qrcode`, without the renderers of its main module. */
declare module 'qrcode/lib/core/qrcode.js' {
  import type { QRCode, QRCodeOptions } from 'qrcode';

  const encoder: { create(text: string, options: QRCodeOptions): QRCode };
  export default encoder;
}
