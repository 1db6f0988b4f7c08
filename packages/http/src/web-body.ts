/** Web body: the body of a `Request`, read within limits. */
import type { BodyStream } from './body.ts';

/** The part of a `Request` that is read. */
export interface WebRequest {
  readonly body: ReadableStream<Uint8Array> | null;
  text(): Promise<string>;
}

/** @param bounded - whether it is safe to take the whole at once, which is faster */
export function webBody(request: WebRequest, bounded: boolean): BodyStream {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return {
    async readText(maxBytes) {
      if (bounded) return request.text();
      reader = request.body?.getReader();
      const decoder = new TextDecoder();
      let text = '';
      let length = 0;
      for (;;) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) return text + decoder.decode();
        length += chunk.value.length;
        if (length > maxBytes) return null;
        text += decoder.decode(chunk.value, { stream: true });
      }
    },
    abandon() {
      reader?.cancel().catch(() => undefined);
    },
  };
}
