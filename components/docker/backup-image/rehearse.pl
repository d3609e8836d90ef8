#!/usr/bin/perl
# Would a restore succeed? Tried beside the server, in a folder that is removed afterwards.
#
#   rehearse.pl   prints what it found, one step a line; exits 1 after a line `ERROR: …`
#
# A row is committed and a restore point made behind it. The newest backup is restored and brought forward to that point,
# by a server that archives nothing and listens on a socket of its own. Without the point's name, recovery would end in
# silence where WAL is missing. The row has to be there; every page and every index is read.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);

require(dirname(__FILE__) . '/steps.pl');

my ($socket) = @ARGV;
die "ERROR: usage: rehearse.pl <folder of the server's socket>\n" unless defined $socket;

my $scratch = '/tmp/durable-postgres-rehearsal';
my ($data, $log) = ("$scratch/data", "$scratch/server.log");
# WAL that recovery keeps beside the data.
my $wal_bytes = 256 * 1024 * 1024;
my $archive_seconds = 60;
my $server;

# Ends the server and removes everything, however this program ends.
sub clean {
  if ($server && waitpid($server, WNOHANG) == 0) {
    kill('QUIT', $server);
    waitpid($server, 0);
  }
  remove_tree($scratch);
}
END { my $code = $?; clean() if defined $scratch; $? = $code }

sub newest_backup {
  my $stanzas = decode_json(run('info', 'pgbackrest', 'info', '--output=json', '--log-level-console=off'));
  my @good = grep { !$_->{error} } @{ $stanzas->[0]{backup} // [] };
  my ($newest) = sort { $b->{label} cmp $a->{label} || $a->{database}{'repo-key'} <=> $b->{database}{'repo-key'} } @good;
  return $newest // fail('there is no good backup');
}

sub refuse_full_disk {
  my ($bytes) = @_;
  my $free = (split(' ', (split(/\n/, run('df', 'df', '-PB1', '/tmp')))[-1]))[3];
  fail(sprintf('%d MB are free in /tmp of this container, and the restore needs %d MB', $free / 2**20, $bytes / 2**20))
    if $free < $bytes;
}

# The command line of the server that recovers. Its floors are as high as where the WAL was written.
sub recovery_options {
  my ($name, $repository) = @_;
  my $control = run('pg_controldata', 'pg_controldata', $data);
  my %floors = map { my ($key) = @$_; $control =~ /^$key setting: +(\d+)$/m ? ($_->[1] => $1) : () } (
    [ 'max_connections', 'max_connections' ],
    [ 'max_worker_processes', 'max_worker_processes' ],
    [ 'max_wal_senders', 'max_wal_senders' ],
    [ 'max_prepared_xacts', 'max_prepared_transactions' ],
    [ 'max_locks_per_xact', 'max_locks_per_transaction' ],
  );
  my $get = "pgbackrest --repo=$repository --no-archive-async --pg1-path=$data archive-get %f \"%p\"";
  my %options = (
    %floors,
    archive_mode => 'off',
    hba_file => "$scratch/pg_hba.conf",
    hot_standby => 'off',
    listen_addresses => '',
    logging_collector => 'off',
    recovery_target_action => 'promote',
    recovery_target_name => $name,
    restore_command => $get,
    shared_buffers => '64MB',
    ssl => 'off',
    unix_socket_directories => $scratch,
  );
  return map { ('-c', "$_=$options{$_}") } sort keys %options;
}

sub write_file {
  my ($file, $text) = @_;
  open(my $handle, '>', $file) or fail("$file: $!");
  print {$handle} $text;
  close($handle) or fail("$file: $!");
}

sub read_file {
  my ($file) = @_;
  open(my $handle, '<', $file) or return '';
  local $/;
  return <$handle> // '';
}

# Starts the server, and waits until recovery has reached the restore point.
sub recover {
  my @command = ('postgres', '-D', $data, @_);
  $server = fork() // fail("fork: $!");
  if ($server == 0) {
    open(STDOUT, '>', $log);
    open(STDERR, '>&', \*STDOUT);
    exec(@command) or POSIX::_exit(127);
  }
  until (read_file($log) =~ /database system is ready to accept connections/) {
    if (waitpid($server, WNOHANG) != 0) {
      my ($words) = reverse(read_file($log) =~ /(?:FATAL|PANIC): +(.*)/g);
      $server = undef;
      fail('recovery failed: ' . ($words // 'the server ended'));
    }
    sleep 0.1;
  }
}

remove_tree($scratch);
mkdir($scratch, 0700) or fail("$scratch: $!");

my ($id) = read_file('/proc/sys/kernel/random/uuid') =~ /(\S+)/;
my $name = "rehearsal-$id";
my $written = psql($socket, <<"SQL");
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS durable_postgres;
CREATE TABLE IF NOT EXISTS durable_postgres.canary (id text PRIMARY KEY, written_at timestamptz NOT NULL);
DELETE FROM durable_postgres.canary WHERE written_at < now() - interval '90 days';
INSERT INTO durable_postgres.canary VALUES ('$name', clock_timestamp()) RETURNING written_at;
SQL
psql($socket, "SELECT pg_create_restore_point('$name')");
my $segment = psql($socket, 'SELECT pg_walfile_name(pg_switch_wal())');
print "canary: written at $written\n";

my $ready = "SELECT (pg_stat_file('pg_wal/archive_status/$segment.ready', true)).size IS NULL";
for (my $begun = time; psql($socket, $ready) ne 't'; sleep 0.2) {
  fail("the archive does not get the segment $segment") if time - $begun > $archive_seconds;
}
print "archive: $segment\n";

my $backup = newest_backup();
my $repository = $backup->{database}{'repo-key'};
refuse_full_disk($backup->{info}{size} + $wal_bytes);
my $begun = time;
mkdir($data, 0700) or fail("$data: $!");
run(
  'restore', 'pgbackrest', "--repo=$repository", "--set=$backup->{label}", '--type=none', "--pg1-path=$data",
  "--spool-path=$scratch/spool", "--lock-path=$scratch/lock", 'restore',
);
write_file("$scratch/pg_hba.conf", "local all all trust\n");
write_file("$data/recovery.signal", '');
recover(recovery_options($name, $repository));
printf "restore: backup %s of repository %d, in %.1f s\n", $backup->{label}, $repository, time - $begun;

my $found = psql($scratch, "SELECT written_at FROM durable_postgres.canary WHERE id = '$name'");
fail("the canary row of $written was not restored") if $found ne $written;
print "canary found: written at $found\n";

run('pg_amcheck', 'pg_amcheck', '-h', $scratch, '-U', 'postgres', '--all', '--install-missing', '--heapallindexed');
print "indexes and tables: no damage\n";

run('pg_ctl', 'pg_ctl', '-D', $data, '-m', 'fast', '-w', '-t', '600', 'stop');
my ($pages) = run('pg_checksums', 'pg_checksums', '--check', '-D', $data) =~ /^Blocks scanned: +(\d+)$/m;
print "pages: $pages with the right checksum\n";
print "ok\n";
