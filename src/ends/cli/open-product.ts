import type { Log } from '../../base/log.ts';
import { borrowDatabaseWays } from '../database-ways.ts';
import { openProduct, type Product, type ProductOptions } from '../product.ts';
import { findConfig } from './configurations.ts';

/** The product for one command; closing it gives back the database that was borrowed. */
export async function openForCommand(
  environment: Readonly<Record<string, string | undefined>>,
  options: ProductOptions,
  log: Log,
): Promise<Product> {
  const config = await findConfig(environment, options.operator);
  const { ways, close } = await borrowDatabaseWays(config, log);
  try {
    const product = await openProduct({ config, log, ways, applicationName: 'hygie cli' });
    return {
      ...product,
      async close() {
        await product.close();
        await close();
      },
    };
  } catch (fault) {
    await close();
    throw fault;
  }
}
