/** An exporter whose failures are logged once, and not with each batch. */
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../../ports/logger.ts';
import { codeOf } from '../system/error-code.ts';

/** ExportResultCode.SUCCESS of @opentelemetry/core, which is no dependency of ours. */
const SUCCESS = 0;

export function withOutageLog(exporter: SpanExporter, logger: Logger): SpanExporter {
  let isFailing = false;

  function logChange(failure: Error | undefined): void {
    const reason = failure && [codeOf(failure), failure.message].filter(Boolean).join(': ');
    const msg = failure ? 'spans cannot be exported' : 'spans are exported again';
    logger.log('WARNING', msg, reason === undefined ? {} : { reason });
  }

  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const { code, error = new Error('no reason given') } = result;
        const fails = code !== SUCCESS;
        if (fails !== isFailing) logChange(fails ? error : undefined);
        isFailing = fails;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
