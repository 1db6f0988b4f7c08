/** Web body: the body of a `Request`, to be read within limits. */
import type { BodyStream } from './body.ts';

/** What is needed of a `Request`. */
export interface WebRequest {
  readonly body: ReadableStream<Uint8Array> | null;
  text(): Promise<string>;
}

/** @param bounded - whether taking the whole at once, which is faster, is safe */
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
