import { setSourceMapsSupport } from 'node:module';

/**
 * With `--enable-source-maps` stacks are told in lines of our own sources, not in those of packages: nobody has these at
 * hand, and the maps of TypeORM alone take 20 MB of memory. For what is loaded after this.
 */
setSourceMapsSupport(process.sourceMapsEnabled, { nodeModules: false });
