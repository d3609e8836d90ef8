/** Which resources hold data, and what goes with them? */

/** What is gone with a resource, by its type. */
export const DATA_TYPES: Readonly<Record<string, string>> = {
  "docker:index/volume:Volume": "the volume and all that is on it",
  "durable-postgres:local:Server": "the server's data directory",
  "durable-postgres:docker:DataVolume": "the cluster on the volume",
  "aws:rds/instance:Instance": "the database, with its automated backups",
  "aws:rds/cluster:Cluster": "the cluster's databases, with their automated backups",
  "aws:rds/clusterInstance:ClusterInstance": "the instance; with the last one nobody reaches the cluster",
  "aws:rds/globalCluster:GlobalCluster": "the databases of all its regions",
  "aws:rds/snapshot:Snapshot": "a backup",
  "aws:rds/snapshotCopy:SnapshotCopy": "a backup",
  "aws:rds/clusterSnapshot:ClusterSnapshot": "a backup",
  "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": "a backup",
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication":
    "the backups in the other region",
  "aws:s3/bucket:Bucket": "the bucket and all objects in it",
  "aws:s3/bucketV2:BucketV2": "the bucket and all objects in it",
  "aws:s3/directoryBucket:DirectoryBucket": "the bucket and all objects in it",
  "aws:kms/key:Key": "everything that is encrypted with the key",
  "aws:kms/externalKey:ExternalKey": "everything that is encrypted with the key",
  "aws:kms/replicaKey:ReplicaKey": "what is encrypted with the key in its region",
  "aws:kms/replicaExternalKey:ReplicaExternalKey": "what is encrypted with the key in its region",
  "aws:backup/vault:Vault": "the backups in the vault",
  "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": "the backups in the vault",
  "aws:ebs/volume:Volume": "the volume and all that is on it",
  "aws:ebs/snapshot:Snapshot": "a backup",
  "aws:ebs/snapshotCopy:SnapshotCopy": "a backup",
  "aws:efs/fileSystem:FileSystem": "all files",
};

/** Resources of this product that keep their data when they are deleted, unless `deleteData` was deployed. */
export const KEEPS_DATA: readonly string[] = [
  "durable-postgres:local:Server",
  "durable-postgres:docker:DataVolume",
];

/** The container is replaced, and its data stay on the volume. */
export const CONTAINER = "docker:index/container:Container";
