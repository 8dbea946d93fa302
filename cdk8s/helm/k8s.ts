/*
 * Fields that Kubernetes has gained since 1.27, from which cdk8s-plus-27 was generated.
 */
declare module 'cdk8s-plus-27/lib/imports/k8s.js' {
  interface Container {
    /** Makes an init container a sidecar, which runs beside the others. */
    readonly restartPolicy?: 'Always';
  }
  interface KubePersistentVolumeClaimProps {
    /** Not written by anybody but Kubernetes; in a StatefulSet's template it is a part of what one reads back. */
    readonly apiVersion?: 'v1';
    readonly kind?: 'PersistentVolumeClaim';
    readonly status?: { readonly phase: 'Pending' };
  }
  interface SecurityContext {
    readonly appArmorProfile?: { readonly type: 'Unconfined' | 'RuntimeDefault' };
  }
}

export {};
