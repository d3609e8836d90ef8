/** How does @pulumi/pulumi load without what a program of resources never uses? */

// `typescript` and `@npmcli/arborist` are two thirds of the time that loading @pulumi/pulumi takes, and are used
// only where a program hands a function to a dynamic provider or a lambda. The automation API is for programs that
// run the CLI themselves. Here they load at their first use.
import Module = require("node:module");

const deferred = new Map([
  ["./automation", /@pulumi[\\/]pulumi[\\/]index\.js$/],
  ["typescript", /@pulumi[\\/]pulumi[\\/]typescript-shim\.js$/],
  ["@npmcli/arborist", /@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]codePaths\.js$/],
]);

interface Loader {
  _load: ((request: string, parent: NodeJS.Module | undefined, isMain: boolean) => unknown) & { lean?: true };
  _resolveFilename(request: string, parent: NodeJS.Module | undefined): string;
}

/** Call it before the first `require("@pulumi/pulumi")`. Calling it again changes nothing. */
export function loadLean(): void {
  const loader = Module as unknown as Loader;
  const load = loader._load;
  if (load.lean) return;
  const lean: Loader["_load"] = (request, parent, isMain) => {
    const whole = () => load.call(loader, request, parent, isMain);
    if (!deferred.get(request)?.test(parent?.filename ?? "")) return whole();
    // Fails at once where the package is absent: @pulumi/pulumi has a substitute for TypeScript then.
    loader._resolveFilename(request, parent);
    return whenUsed(whole as () => object);
  };
  lean.lean = true;
  loader._load = lean;
}

function whenUsed(load: () => object): object {
  let loaded: object | undefined;
  const whole = () => {
    loaded ??= load();
    return loaded;
  };
  return new Proxy(
    {},
    {
      // Compiled `import *` copies every member of what does not say that it is a module, which would be a use.
      get: (_target, key) => (key === "__esModule" ? true : Reflect.get(whole(), key)),
      has: (_target, key) => Reflect.has(whole(), key),
      ownKeys: () => Reflect.ownKeys(whole()),
      getOwnPropertyDescriptor: (_target, key) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(whole(), key);
        return descriptor && { ...descriptor, configurable: true };
      },
    },
  );
}
