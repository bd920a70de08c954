package dev.imdsanalyzer.process.script;

import dev.imdsanalyzer.process.proc.Cmdline;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScratchTest {
    @Test
    void printAll() {
        for (String line : T.strip().split("\n")) {
            String[] c = line.split("\\|", 2);
            String e = switch (c[0]) { case "r" -> "/usr/bin/ruby3.1"; case "p" -> "/usr/bin/python3.11"; case "l" -> "/usr/bin/perl"; case "h" -> "/usr/bin/php8.2"; case "n" -> "/usr/bin/node"; default -> c[0]; };
            System.out.println("TI " + ScriptFinder.find(e, Cmdline.parse((c[1] + "~~~").replace('~', '\0').getBytes(StandardCharsets.UTF_8)), "/srv") + " <- " + line);
        }
    }

    static final String T = """
r|sidekiq 7.1.2 app [2 of 10 busy] leader
r|sidekiq-6.5.8 app
r|sidekiq 7.1.2  [0 of 10 busy] stopping
r|puma 6.3.0 (tcp://0.0.0.0:9292) [app]
r|puma: cluster worker 0: 123 [app]
r|[puma] worker
r|unicorn_rails worker[0] -c config/unicorn.rb -E production -D
r|unicorn master -c config/unicorn.rb
r|resque-2.4.0: Forked 1234 at 1600000000
r|resque: Processing mail since 1
r|resque-scheduler-4.10.2[production]: Processing Delayed
r|delayed_job.0
r|delayed_job
r|Passenger RubyApp: /srv/app (production)
r|Passenger AppPreloader: /srv/app
r|spring app    | app | started 2 hours ago | development mode
r|rails server
r|god: /etc/god.conf
r|rake jobs:work
r|ruby bin/rails server
r|good_job start
r|shoryuken 6.0.0 app [0 of 25 busy]
r|que 2.2: Running
r|fluentd: worker0
r|/opt/td-agent/bin/ruby /opt/td-agent/bin/fluentd --under-supervisor
r|supervisor:fluentd
r|worker:fluentd
p|gunicorn: worker [airflow-webserver]
p|[ready] gunicorn: worker [airflow-webserver]
p|gunicorn: master [shop.wsgi:application]
p|airflow scheduler -- DagFileProcessorManager
p|airflow task supervisor: ['airflow', 'tasks', 'run']
p|airflow worker -- LocalTaskJob
p|airflow task runner: dag task run 123
p|[celeryd: celery@host:MainProcess] -active- (worker -A app)
p|[celery beat]
p|celery worker
p|/usr/bin/python3 /usr/bin/salt-minion MultiMinionProcessManager MinionProcessManager
p|/usr/bin/python3 /usr/bin/salt-minion -c /etc/salt KeepAlive MultiMinionProcessManager
p|/usr/bin/salt-master EventPublisher
p|salt-minion
p|uwsgi master
p|uWSGI worker 1
p|rq: Worker 12 processing
p|rqworker
p|dask-worker [tcp://1.2.3.4]
p|ray::IDLE
p|ray::train()
p|swift-object-server
p|nova-compute: server
p|neutron-server: api worker
p|supervisord
p|circusd
p|crossbar-worker [router]
p|buildbot-worker
p|dagster-daemon run
p|prefect
p|jupyter-lab
p|mysqlclient
l|starman worker /opt/app.psgi
l|starman master
l|spamd child
l|amavisd (master)
l|amavisd (ch1-avail)
l|munin-node [1.2.3.4]
l|/usr/bin/munin-node
l|postgrey --inet=10023
l|hypnotoad /srv/app
l|collector: polling host 7
l|MyApp::Worker 17
l|sa-learn
h|php-fpm: pool www
h|artisan queue:work
h|horizon:work redis --name=default
h|magento cron:run
n|PM2 v5.3.0: God Daemon (/root/.pm2)
n|node /srv/app.js
n|/usr/bin/node /srv/app.js
n|npm start
n|npm run worker
n|next-server (v13.4.1)
n|gulp
n|nodemon
n|my-app
n|ng serve
n|yarn
/usr/sbin/nginx|nginx: worker process
/usr/sbin/php-fpm8.2|php-fpm: pool www
/usr/sbin/sshd|sshd: user@pts/0
/usr/sbin/sshd|sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups
/usr/lib/postgresql/14/bin/postgres|postgres: 14/main: walwriter
/usr/lib/postgresql/14/bin/postgres|postgres: writer process
/usr/sbin/haproxy|haproxy -f x
/usr/bin/redis-server|/usr/bin/redis-server 127.0.0.1:6379
/usr/lib/dovecot/imap|dovecot/imap
""";
}
