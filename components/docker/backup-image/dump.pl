#!/usr/bin/perl
# How is a logical dump taken that can be restored? It is restored once, and gets its name afterwards.
#
#   dump.pl take                      prints what it found, one step a line; exits 1 after a line `ERROR: …`
#   dump.pl get <name> [<repository>] prints a file of a dump
#
# What is made lies in this container, until it was restored into a database of its own. Then pgBackRest puts it into
# every repository: under a temporary name, fsynced and renamed, and encrypted where the repository is.
use strict;
use warnings;
use Digest::SHA;
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use JSON::PP;
use POSIX qw(strftime);

require(dirname(__FILE__) . '/steps.pl');

my $plan = decode_json(read_file(dirname(__FILE__) . '/dump.json'));
my $work = '/tmp/durable-postgres-dump';
my @quiet = ('--log-level-console=off', '--log-level-stderr=error');
# Files that are in a repository, and do not count before all are: pairs of repository and name.
my @put;
my $scratch;
my $mine = 0;

sub read_file {
  my ($file) = @_;
  open(my $handle, '<', $file) or fail("$file: $!");
  local $/;
  return scalar <$handle>;
}

# Arguments of a command, with what stands in braces in them.
sub arguments {
  my ($command, %values) = @_;
  return map { s/\{(\w+)\}/$values{$1}/gr } @{ $plan->{arguments}{$command} };
}

sub pgbackrest { my ($repository, @command) = @_; return ('pgbackrest', "--repo=$repository", @quiet, @command) }

sub drop { return "DROP DATABASE IF EXISTS \"$_[0]\" WITH (FORCE)" }

sub repositories {
  my $stanzas = decode_json(run('info', 'pgbackrest', 'info', '--output=json', @quiet));
  return map { $_->{key} } @{ $stanzas->[0]{repo} };
}

# Names in a repository, in the order of their times.
sub names {
  my ($repository) = @_;
  my $files = decode_json(run('repo-ls', pgbackrest($repository, '--output=json', 'repo-ls', $plan->{folder})));
  return sort grep { $_ ne '.' } keys %$files;
}

sub remove { my ($repository, $name) = @_; return try_run(pgbackrest($repository, 'repo-rm', "$plan->{folder}/$name")) }

# A file as it comes back. pgBackRest knows the key of archive and backups by their places, and not that of other files.
sub open_stored {
  my ($repository, $name) = @_;
  my $secrets = "$ENV{PGBACKREST_CONFIG_PATH}/conf.d/secret.conf";
  my ($key) = -e $secrets ? read_file($secrets) =~ /^repo$repository-cipher-pass=(.*)$/m : ();
  local $ENV{PGBACKREST_CIPHER_PASS} = $key if defined $key;
  open(my $stored, '-|', pgbackrest($repository, 'repo-get', "$plan->{folder}/$name")) or fail("repo-get: $!");
  return $stored;
}

sub put {
  my ($repository, $name) = @_;
  push @put, [ $repository, $name ];
  my $command = 'exec "$@" < "$0"';
  run("repository $repository", 'sh', '-c', $command, "$work/$name", pgbackrest($repository, 'repo-put', "$plan->{folder}/$name"));
  my $stored = open_stored($repository, $name);
  my $sum = Digest::SHA->new(256)->addfile($stored)->hexdigest;
  close($stored) or fail("repository $repository does not give back $name");
  fail("repository $repository gives $name back changed") if $sum ne Digest::SHA->new(256)->addfile("$work/$name")->hexdigest;
}

# Removes what retention does not need any more, and what killed dumps left. The newest dump is kept, however old.
sub expire {
  my ($repository) = @_;
  my $oldest = strftime('%Y%m%d%H%M%S', gmtime(time - $plan->{retention} * 86_400));
  my %times = map { my $time = join('', /$plan->{name}/); $time ? ($_ => $time) : () } names($repository);
  my ($newest) = sort { $b cmp $a } map { $times{$_} } grep { /\.dump$/ } keys %times;
  my @expired = grep { $times{$_} lt $oldest && $times{$_} ne ($newest // '') } sort keys %times;
  my @parts = grep { /\.pgbackrest\.tmp$/ } names($repository);
  for my $name (@expired, @parts) {
    my ($ok, $words) = remove($repository, $name);
    fail("repository $repository: $words") unless $ok;
  }
  print "expired in repository $repository: @expired\n" if @expired;
}

# Removes what does not count, however this program ends.
sub clean {
  remove(@$_) for @put;
  try_run('psql', '-h', $plan->{socket}, '-U', 'postgres', '-d', 'postgres', '-Xqc', drop($scratch)) if defined $scratch;
  remove_tree($work);
}
END { my $code = $?; clean() if $mine; $? = $code }

sub take {
  open(my $lock, '>>', "$work.lock") or fail("$work.lock: $!");
  flock($lock, LOCK_EX | LOCK_NB) or fail('another dump of this database is being taken');
  $mine = 1;
  remove_tree($work);
  for my $left (split(/\n/, psql($plan->{socket}, "SELECT datname FROM pg_database WHERE starts_with(datname, '$plan->{scratch}')"))) {
    psql($plan->{socket}, drop($left));
  }
  mkdir($work, 0700) or fail("$work: $!");

  my $time = strftime('%Y%m%d-%H%M%S', gmtime);
  my ($dump, $globals) = map { s/\{time\}/$time/r } @{ $plan->{files} }{qw(dump globals)};
  @ENV{qw(PGHOST PGUSER PGDATABASE)} = ($plan->{socket}, 'postgres', $plan->{database});
  run('pg_dump', 'pg_dump', arguments('dump', file => "$work/$dump"));
  run('pg_dumpall', 'pg_dumpall', arguments('globals', file => "$work/$globals"));
  my $tables = () = run('pg_restore', 'pg_restore', arguments('list', file => "$work/$dump")) =~ /$plan->{table}/gm;

  my ($id) = read_file('/proc/sys/kernel/random/uuid') =~ /^(\w+)/;
  $scratch = $plan->{scratch} . $id;
  psql($plan->{socket}, "CREATE DATABASE \"$scratch\" TEMPLATE template0");
  run('pg_restore', 'pg_restore', arguments('restore', file => "$work/$dump", database => $scratch));

  my @repositories = repositories();
  for my $repository (@repositories) { put($repository, $_) for $globals, $dump }
  @put = ();
  expire($_) for @repositories;
  printf "dump %s: %d bytes, %d tables, restored once\n", $dump, -s "$work/$dump", $tables;
}

sub get {
  my ($name, $repository) = @_;
  my $stored = open_stored($repository // 1, $name);
  while (read($stored, my $part, 65_536)) { print $part }
  close($stored) or exit 1;
}

my ($what, @rest) = @ARGV;
if (($what // '') eq 'take') { take() }
elsif (($what // '') eq 'get' && @rest) { get(@rest) }
else { die "ERROR: usage: dump.pl take, or dump.pl get <name> [<repository>]\n" }
