#!/usr/bin/perl
# When is it time for a backup, and did the last ones succeed?
#
#   scheduler.pl run      works off schedule.json until SIGTERM; prints one JSON object a line
#   scheduler.pl health   exits 1, and says why, when the newest good backup is too old or anything failed
#
# A job whose time passed while nobody ran, or that was killed half-way, runs at once. So does a full backup after a hole
# in the archive, where the schedule says so: what lies behind the hole is of no use without it.
use strict;
use warnings;
use Fcntl qw(O_CREAT O_WRONLY O_TRUNC);
use File::Basename qw(dirname);
use IO::Handle;
use JSON::PP;
use POSIX qw(strftime);
use Schedule::Cron;

$ENV{TZ} = 'UTC';

my $state_file = $ENV{SCHEDULER_STATE} // '/var/lib/durable-postgres/backup/scheduler.json';
my $schedule_file = $ENV{SCHEDULER_SCHEDULE} // dirname(__FILE__) . '/schedule.json';
my $json = JSON::PP->new->canonical;

# Seconds until a failed job is tried again: what it waits for may be another backup, or a server that restarts.
my $retry_seconds = 300;
# The order of jobs that are due at the same time.
my @order = qw(check full diff incr dump verify rehearse);
# Folder of the server's socket.
my $socket;
my $child;
my $ending = 0;

sub read_json {
  my ($file) = @_;
  open(my $handle, '<', $file) or return undef;
  local $/;
  return eval { $json->decode(<$handle>) };
}

# Temporary name, fsync, rename, fsync of the folder: a power cut leaves the old state or the new one. Returns why it failed,
# as on a volume that is full, which must not end the program.
sub write_state {
  my ($state) = @_;
  my $new = "$state_file.new";
  sysopen(my $handle, $new, O_CREAT | O_WRONLY | O_TRUNC, 0600) or return "$new: $!";
  print {$handle} $json->pretty->encode($state);
  $json->pretty(0);
  my $failure = $handle->flush && $handle->sync ? '' : "$new: $!";
  close($handle);
  return $failure if $failure ne '';
  rename($new, $state_file) or return "$state_file: $!";
  if (open(my $folder, '<', dirname($state_file))) { $folder->sync; close($folder) }
  return '';
}

# Writes the state, and says it where that fails: what is due is then known to this process alone.
sub keep_state {
  my ($state) = @_;
  my $failure = write_state($state);
  say_event(event => 'state', level => 'error', message => "the schedule's state cannot be written: $failure") if $failure ne '';
}

sub iso { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($_[0])) }

sub say_event {
  my (%fields) = @_;
  STDOUT->print($json->encode({ time => iso(time), %fields }) . "\n");
  STDOUT->flush;
}

# Runs a command with its output in the log; returns its exit code and what it printed.
sub run_command {
  my ($job, @command) = @_;
  my $text = '';
  $child = open(my $output, '-|') // die "fork: $!\n";
  if ($child == 0) {
    open(STDERR, '>&', \*STDOUT);
    exec(@command) or exit 127;
  }
  while (my $line = <$output>) {
    chomp $line;
    $text .= "$line\n";
    my ($level) = $line =~ /^(?:\S+ \S+ P\d+ +)?(WARN|ERROR)\b/;
    say_event(event => 'output', level => lc($level // 'info'), job => $job, message => $line) if $line ne '';
  }
  close($output);
  my $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
  $child = undef;
  return ($code, $text);
}

sub pgbackrest { my ($job, @args) = @_; return run_command($job, 'pgbackrest', @args) }

# What pgBackRest knows of the stanza; an empty one where it says nothing.
sub info {
  # A repository that cannot be reached is asked for a third of a minute, and by default for four.
  my $printed = `pgbackrest info --io-timeout=5 --output=json --log-level-console=off 2>/dev/null`;
  my $stanzas = eval { $json->decode($printed) } // [];
  return $stanzas->[0] // {};
}

# Numbers of the repositories, as pgBackRest itself lists them.
sub repositories {
  my @keys = map { $_->{key} } @{ info()->{repo} // [] };
  return @keys ? @keys : (1);
}

# Why a job failed; the empty text when it did not. What else is to be kept of it goes into its state.
sub run_job {
  my ($job, $own) = @_;
  if ($job eq 'check') {
    my ($code, $text) = pgbackrest($job, 'check');
    return $code == 0 ? '' : reason($code, $text);
  }
  my %programs = (rehearse => [ 'rehearse.pl', $socket ], dump => [ 'dump.pl', 'take' ]);
  if (my $program = $programs{$job}) {
    my ($file, @arguments) = @$program;
    my ($code, $text) = run_command($job, 'perl', dirname(__FILE__) . "/$file", @arguments);
    my ($seconds) = $text =~ /^restore: .* in ([\d.]+) s$/m;
    $own->{restoreSeconds} = defined $seconds ? $seconds + 0 : undef if $job eq 'rehearse';
    return $code == 0 ? '' : reason($code, $text);
  }
  my @failed;
  for my $repository (repositories()) {
    last if $ending;
    my ($code, $text) =
      $job eq 'verify'
      ? pgbackrest($job, 'verify', "--repo=$repository", '--output=text', '--verbose')
      : pgbackrest($job, 'backup', "--type=$job", "--repo=$repository");
    push @failed, "repository $repository: " . reason($code, $text) if $code != 0;
    # `verify` exits with 0 also when checksums are wrong: only its words tell.
    push @failed, "repository $repository: " . damage($text) if $job eq 'verify' && $code == 0 && damage($text);
  }
  return join('; ', @failed);
}

sub reason {
  my ($code, $text) = @_;
  my ($error) = $text =~ /ERROR: (.*)/;
  return "exit code $code: " . ($error // 'it said nothing');
}

# What `verify` found; the empty text when everything is whole.
sub damage {
  my ($text) = @_;
  return 'verify printed no status' unless $text =~ /^\s*status: /m;
  my @wrong = grep { /^\s*status: error|(?:missing|invalid|other): [1-9]|status: invalid/ } split(/\n/, $text);
  s/^\s+// for @wrong;
  return join(', ', @wrong);
}

# The first time of an expression after a moment.
sub next_time {
  my ($expression, $after) = @_;
  return Schedule::Cron->new(sub { }, nofork => 1)->get_next_execution_time($expression, $after);
}

# Seconds between two looks at the archive. Two have to see a hole: segments that are sent at the same time may come in
# any order. SIGUSR1 asks for one now.
my $look_seconds = 60;

# The number of a segment counted from position 0, and its name again.
sub number { return hex(substr($_[0], 8, 8)) * 256 + hex(substr($_[0], 16, 8)) }
sub segment { my ($timeline, $number) = @_; return sprintf('%s%08X%08X', $timeline, $number / 256, $number % 256) }

# The first hole behind the newest backup: names of its first segment and its last one; nothing where there is none.
sub hole {
  my ($seen) = @_;
  my $stanza = (eval { $json->decode(scalar `pgbackrest info --output=json --repo=1 --log-level-console=off 2>/dev/null`) } // [])->[0];
  my ($newest) = sort { $b->{timestamp}{stop} <=> $a->{timestamp}{stop} } grep { !$_->{error} } @{ $stanza->{backup} // [] };
  my ($archive) = grep { $_->{max} } reverse @{ $stanza->{archive} // [] };
  return unless $newest && $archive;
  my ($max, $from) = ($archive->{max}, $newest->{archive}{start});
  my $timeline = substr($max, 0, 8);
  # Across a switch of timelines the names do not follow on one another: then the new one is looked at from its begin.
  my $checked = $seen->{checked} // $from;
  $from = $checked if substr($checked, 0, 8) eq $timeline && $checked gt $from;
  my $own = substr($from, 0, 8) eq $timeline;
  my %there;
  my ($low, $high) = map { number($_) } $own ? $from : $max, $max;
  for my $folder (map { sprintf('%s%08X', $timeline, $_) } int($low / 256) .. int($high / 256)) {
    my $list = `pgbackrest repo-ls --repo=1 --log-level-console=off --output=json archive/$stanza->{name}/$archive->{id}/$folder 2>/dev/null`;
    my $files = eval { $json->decode($list) } // return;
    $there{ substr($_, 0, 24) } = 1 for keys %$files;
  }
  ($low) = sort { $a <=> $b } map { number($_) } keys %there unless $own;
  for my $at ($low .. $high) {
    if ($there{ segment($timeline, $at) }) { $seen->{checked} = segment($timeline, $at); next }
    my $end = $at;
    $end++ until $end == $high || $there{ segment($timeline, $end + 1) };
    return (segment($timeline, $at), segment($timeline, $end));
  }
  return;
}

# Looks at the archive. A hole that is still there is an alarm, and where the schedule says so a full backup is due.
sub look {
  my ($archive, $jobs, $rebackup) = @_;
  my ($first, $last) = hole($archive);
  my $known = $archive->{hole};
  if (!defined $first) {
    say_event(event => 'hole closed', segment => $known->{first}) if $known && $known->{told};
    delete $archive->{hole};
  } elsif (!$known || $known->{first} ne $first) {
    $archive->{hole} = { first => $first, last => $last, since => time };
  } else {
    $known->{last} = $last;
    return if $known->{told};
    $known->{told} = time;
    $jobs->{full}{retry} = time if $rebackup;
    say_event(
      event => 'hole', level => 'error',
      message => "WAL from $first to $last is not in the archive: nothing behind it can be restored before the next backup"
        . ($rebackup ? ', which is taken now' : ''),
    );
  }
}

sub run {
  my $schedule = read_json($schedule_file) or die "$schedule_file cannot be read\n";
  my $jobs = $schedule->{jobs};
  $socket = $schedule->{socket};
  my $state = read_json($state_file) // {};
  my $stop = sub { $ending = 1; kill('TERM', $child) if $child };
  $SIG{TERM} = $stop;
  $SIG{INT} = $stop;
  # Jobs are counted from their first deployment on, and not from the beginning of time.
  $state->{$_}{handled} //= time for keys %$jobs;
  keep_state($state);
  say_event(event => 'started', jobs => $jobs);
  my $looked = 0;
  $SIG{USR1} = sub { $looked = 0 };
  while (!$ending) {
    my $now = time;
    if ($now - $looked >= $look_seconds) {
      look($state->{archive} //= {}, $state, $schedule->{rebackup});
      keep_state($state);
      $looked = $now;
    }
    for my $job (grep { $jobs->{$_} } @order) {
      last if $ending;
      my $own = $state->{$job};
      my $due = $own->{retry} // next_time($jobs->{$job}, $own->{handled});
      next if $due > $now;
      my $began = time;
      say_event(event => 'begin', job => $job, due => iso($due));
      my $failure = run_job($job, $own);
      # What was ended by a signal is neither good nor bad: it is due again.
      last if $ending;
      @$own{qw(handled began ended failure)} = ($began, $began, time, $failure);
      $own->{succeeded} = time if $failure eq '';
      if ($failure eq '') { delete $own->{retry} } else { $own->{retry} = time + $retry_seconds }
      keep_state($state);
      say_event(
        event => 'end', job => $job, level => $failure eq '' ? 'info' : 'error', seconds => time - $began,
        $failure eq '' ? () : (message => $failure),
      );
    }
    sleep 1 unless $ending;
  }
  say_event(event => 'stopped');
}

# Seconds since the newest backup without damaged pages, by repository; undef where there is none.
sub newest_ages {
  my $info = info();
  my %ages = map { $_->{key} => undef } @{ $info->{repo} // [ { key => 1 } ] };
  for my $backup (grep { !$_->{error} } @{ $info->{backup} // [] }) {
    my ($key, $age) = ($backup->{database}{'repo-key'}, time - $backup->{timestamp}{stop});
    $ages{$key} = $age if !defined $ages{$key} || $age < $ages{$key};
  }
  return %ages;
}

# Why nothing can be written beside the state; the empty text where it can.
sub unwritable {
  my $file = "$state_file.health";
  my $handle;
  my $written = open($handle, '>', $file) && print({$handle} 'x' x 4096) && close($handle);
  my $failure = $written ? '' : "$file: $!";
  unlink($file);
  return $failure;
}

sub health {
  my $schedule = read_json($schedule_file) or die "$schedule_file cannot be read\n";
  my $state = read_json($state_file) // {};
  my @problems = map { "$_: $state->{$_}{failure}" }
    grep { $schedule->{jobs}{$_} && ($state->{$_}{failure} // '') ne '' } @order;
  my $hole = $state->{archive}{hole};
  push @problems, "WAL from $hole->{first} to $hole->{last} is not in the archive" if $hole && $hole->{told};
  my $failure = unwritable();
  push @problems, "the schedule's state cannot be written: $failure" if $failure ne '';
  my %ages = newest_ages();
  for my $repository (sort keys %ages) {
    my $age = $ages{$repository};
    push @problems, "repository $repository has no good backup" unless defined $age;
    push @problems, "the newest good backup of repository $repository is $age s old, more than $schedule->{maxAge} s"
      if defined $age && $age > $schedule->{maxAge};
  }
  print @problems ? join("\n", @problems) . "\n" : "good\n";
  return @problems ? 1 : 0;
}

my $what = shift // 'run';
if ($what eq 'health') { exit health() }
run();
