package dev.imdsanalyzer.process.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.process.proc.Cmdline;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessTitleTest {
    /** NULs are written as tildes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "/usr/bin/perl|worker~~~~~~|worker",
                "/usr/bin/perl|worker: job 17~~~~~~|worker",
                "/usr/bin/perl|worker            |worker",
                "/usr/bin/perl|   ~   ~|-",
                "/usr/bin/perl|             |-",
                "/usr/bin/perl|/opt/app/poll.pl~~|poll.pl",
                "/usr/bin/perl|perl~/opt/app/poll.pl~|/opt/app/poll.pl",
                "/usr/bin/python3.11|gunicorn: worker [shop]~~~~|gunicorn",
                "/usr/bin/python3.11|gunicorn: master [shop]~~~~|gunicorn",
                "/usr/bin/python3.11|[celeryd: celery@host:ForkPoolWorker-1]~~~|celeryd",
                "/usr/bin/python3.11|python3 /opt/app.py --once~~|/opt/app.py",
                "/usr/bin/python3.11|python3 -m shop.poll~~|shop.poll",
                "/usr/bin/ruby3.1|sidekiq 6.5.1 shop [0 of 5 busy]~~~|sidekiq",
                "/usr/bin/ruby3.1|sidekiq 6.5.1 shop [4 of 5 busy]~~~|sidekiq",
                "/usr/bin/ruby3.1|puma 5.6.4 (tcp://0.0.0.0:3000) [shop]~~|puma",
                "/usr/bin/ruby3.1|puma: cluster worker 0: 1234 [shop]~~|puma",
                "/usr/bin/ruby3.1|resque-1.27.4: Waiting for mail~~|resque",
                "/usr/bin/php8.2|php-worker: mail~~|php-worker",
                "/usr/bin/python3.11|[ready] gunicorn: worker [airflow-webserver]~~|gunicorn",
                "/usr/bin/python3.11|[celery beat]~~|celery",
                "/usr/bin/python3.11|airflow task supervisor: ['airflow', 'tasks', 'run']~~|airflow",
                "/usr/bin/python3.11|airflow scheduler -- DagFileProcessorManager~~|airflow",
                "/usr/bin/python3.11|/usr/bin/python3 /usr/bin/salt-minion MultiMinionProcessManager~~|/usr/bin/salt-minion",
                "/usr/bin/python3.11|/usr/bin/salt-master EventPublisher~~|salt-master",
                "/usr/bin/python3.11|uWSGI worker 1~~|uWSGI",
                "/usr/bin/ruby3.1|[puma] worker~~|puma",
                "/usr/bin/ruby3.1|unicorn_rails worker[0] -c config/unicorn.rb -E production -D~~|unicorn_rails",
                "/usr/bin/ruby3.1|unicorn master -c config/unicorn.rb~~|unicorn",
                "/usr/bin/ruby3.1|resque-scheduler-4.10.2[production]: Processing Delayed~~|resque-scheduler",
                "/usr/bin/ruby3.1|delayed_job.0~~|delayed_job",
                "/usr/bin/ruby3.1|delayed_job.11~~|delayed_job",
                "/usr/bin/ruby3.1|worker:fluentd~~|fluentd",
                "/usr/bin/ruby3.1|supervisor:fluentd~~|fluentd",
                "/usr/bin/node|PM2 v5.3.0: God Daemon (/root/.pm2)~~|PM2",
                "/usr/bin/node|next-server (v13.4.1)~~|next-server",
                "/usr/bin/perl|starman worker /opt/app.psgi~~|starman",
                "/usr/bin/perl|amavisd (ch1-avail)~~|amavisd",
                "/usr/sbin/nginx|nginx: worker process~~|-",
                "/usr/sbin/php-fpm8.2|php-fpm: pool www~~|-",
                "/usr/sbin/sshd|sshd: user@pts/0~~|-",
                "/usr/bin/python3|python3~|-",
                "/usr/bin/python3|-~|-",
                "/usr/bin/bash|-bash~|-",
                "/usr/bin/bash|deploy~|-",
                "/usr/lib/postgresql/bin/postgres|postgres: shop db 10.0.0.1(1234) idle~~|-",
            })
    void namesTheProgramOfATitleTheSameWhateverItDoes(String executable, String cmdline, String script) {
        byte[] content = cmdline.replace('~', '\0').getBytes(StandardCharsets.UTF_8);

        assertThat(ScriptFinder.find(executable, Cmdline.parse(content), "/srv"))
                .isEqualTo(script);
    }
}
