# What do programs have in common that work off steps? What they run, and how they fail.
use strict;
use warnings;
use POSIX ();

$ENV{LC_ALL} = 'C';
$| = 1;

# The program that runs at the moment.
my $running;
$SIG{TERM} = $SIG{INT} = sub {
  kill('TERM', $running) if $running;
  fail('it was ended by a signal');
};

sub fail { print "ERROR: $_[0]\n"; exit 1 }

# Runs a program to its end; returns what it printed, or fails with its last words.
sub run {
  my ($what, @command) = @_;
  my ($ok, $text) = try_run(@command);
  fail("$what: $text") unless $ok;
  return $text;
}

# Whether a program succeeded, and what it printed; the reason where it failed.
sub try_run {
  my @command = @_;
  my $pid = open(my $output, '-|') // return (0, "fork: $!");
  if ($pid == 0) {
    open(STDERR, '>&', \*STDOUT);
    # Not `exit`, which would clean up what belongs to the parent.
    exec(@command) or POSIX::_exit(127);
  }
  $running = $pid;
  local $/;
  my $text = <$output> // '';
  close($output);
  $running = undef;
  return (1, $text) if $? == 0;
  my @lines = split(/\n/, $text);
  my ($error) = grep { /ERROR|FATAL|error:/ } @lines;
  return (0, $error // $lines[-1] // 'exit code ' . ($? >> 8));
}

# What a server answers, as its superuser. $host: folder of its socket.
sub psql {
  my ($host, $sql) = @_;
  my $text = run('psql', 'psql', '-h', $host, '-U', 'postgres', '-d', 'postgres', '-AtXqc', $sql);
  chomp $text;
  return $text;
}

1;
