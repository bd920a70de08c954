package dev.imdsanalyzer.process.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.process.ProcessReader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person calls the process of an interpreter, by its executable and its arguments. */
@LinuxOnly("programs by /proc")
class InterpretersProgramsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /usr/bin/python3.11 | python3 -m shop.worker --all | shop.worker
            /usr/bin/python3.11 | /srv/app/.venv/bin/python3 job.py | job.py
            /usr/bin/python3.11 | /root/.local/share/pipx/venvs/httpie/bin/python /root/.local/bin/http GET x | http
            /usr/bin/python3.11 | /root/.cache/pipx/3c2b1a0f9e8d7c6/bin/python /root/.cache/pipx/3c2b1a0f9e8d7c6/bin/pycowsay | pycowsay
            /usr/bin/node | node /home/ci/.npm/_npx/1bd2e3f4a5b6c7d8/node_modules/.bin/cowsay hi | cowsay
            /usr/bin/node | node server.js | server.js
            /usr/bin/ruby3.1 | ruby /usr/bin/bundle exec rake sync | bundle rake sync
            /usr/bin/ruby3.1 | ruby /usr/bin/bundle exec sidekiq -C x.yml | bundle sidekiq
            /usr/bin/ruby3.1 | /usr/bin/ruby3.1 /usr/local/bin/bundle exec rails runner Poll.run | bundle rails runner
            /usr/bin/ruby3.1 | ruby /usr/bin/rake sync:all | rake sync:all
            /usr/lib/jvm/java-17/bin/java | java -Xmx1g -jar shop-1.4.2.jar | shop.jar
            /usr/lib/jvm/java-17/bin/java | java -cp a.jar:b.jar com.example.Main x | com.example.Main
            /usr/lib/jvm/java-17/bin/java | java org.springframework.boot.loader.launch.JarLauncher | app
            /usr/lib/jvm/java-17/bin/java | java org.springframework.boot.loader.JarLauncher | app
            /usr/lib/jvm/java-17/bin/java | java -cp gradle/wrapper/gradle-wrapper.jar org.gradle.wrapper.GradleWrapperMain build | gradle
            /usr/lib/jvm/java-17/bin/java | java -cp x.jar org.gradle.launcher.daemon.bootstrap.GradleDaemon 8.5 | gradle
            /usr/lib/jvm/java-17/bin/java | java -classpath /usr/share/maven/boot/plexus-classworlds-2.x.jar org.codehaus.plexus.classworlds.launcher.Launcher verify | mvn
            /usr/lib/jvm/java-17/bin/java | java -cp bootstrap.jar org.apache.catalina.startup.Bootstrap start | tomcat
            /usr/lib/dotnet/dotnet | dotnet /opt/shop/Shop.Web.dll | Shop.Web.dll
            /usr/sbin/php-fpm8.2 | php-fpm: pool www | php-fpm pool www
            /usr/bin/php8.2 | php /srv/app/artisan queue:work | artisan queue:work
            /usr/bin/python3.11 | /usr/bin/python3 /usr/bin/gunicorn -w 4 --bind 0.0.0.0:80 shop.wsgi:app | gunicorn shop.wsgi:app
            /usr/bin/python3.11 | python3 -m gunicorn shop.wsgi:app | gunicorn shop.wsgi:app
            /usr/bin/python3.11 | gunicorn: worker [shop.wsgi:app] | gunicorn shop.wsgi:app
            /usr/bin/python3.11 | /usr/bin/python3 /srv/.venv/bin/uvicorn shop.main:app --port 80 | uvicorn shop.main:app
            /usr/bin/uwsgi-core | /usr/bin/uwsgi --ini /etc/uwsgi/apps-enabled/shop.ini | uwsgi-core shop.ini
            /usr/bin/uwsgi | uwsgi --http :80 --module shop.wsgi | uwsgi shop.wsgi
            /usr/bin/python3.11 | python3 /usr/bin/celery -A shop.tasks worker -l info | celery shop.tasks
            /usr/bin/python3.11 | python3 manage.py send_mails | manage.py send_mails
            /usr/bin/python3.11 | /usr/bin/python3 /usr/bin/ansible-playbook -i hosts site.yml | ansible-playbook site.yml
            /usr/bin/python3.11 | python3 /root/.ansible/tmp/ansible-tmp-1732900001.99-4712-12/AnsiballZ_uri.py | ansible: uri
            /usr/bin/bash | /bin/bash /var/lib/cloud/instance/scripts/part-001 | cloud-init: part-001
            /usr/bin/bash | sh -c /var/lib/amazon/ssm/x | bash
            /usr/bin/dash | sh /var/lib/amazon/ssm/i-0123456789abcdef0/document/orchestration/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0/awsrunShellScript/setUp/_script.sh | ssm: setUp
            /usr/bin/bash | /bin/bash -e /etc/eks/bootstrap.sh prod | eks: bootstrap.sh
            /usr/bin/bash | bash /var/lib/jenkins/workspace/shop@tmp/durable-8a7b6c5d/script.sh | jenkins: shop
            /usr/bin/dash | /bin/sh -xe /tmp/jenkins1234567890123.sh | jenkins*.sh
            /usr/bin/bash | bash /builds/scripts-42-4711/step_script | gitlab: step_script
            /usr/bin/bash | bash --noprofile --norc -e -o pipefail /__w/_temp/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.sh | github-actions
            /usr/bin/bash | bash /home/vsts/work/_temp/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.sh | azure-pipelines
            /usr/bin/bash | /bin/bash /opt/codedeploy-agent/deployment-root/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0/d-ABC123DEF/deployment-archive/scripts/start.sh | codedeploy: start.sh
            /usr/bin/dash | /bin/sh /tmp/script_4711.sh | packer
            /usr/bin/dash | sh /tmp/terraform_1733000000.sh | terraform
            /usr/bin/bash | bash /tmp/chef-script20241130-4711-x1y2z3 | chef
            /usr/bin/python3.11 | /usr/bin/python3 /var/tmp/ansible-tmp-1732900001.99-4712-12/AnsiballZ_uri.py | ansible: uri
            /usr/bin/python3.11 | python3 -m celery -A shop.tasks worker | celery shop.tasks
            /usr/bin/python3.11 | python3 -m flask --app shop run | flask shop
            /usr/bin/python3.11 | python3 -m flask run | flask
            /usr/bin/python3.11 | /usr/bin/python3 /usr/bin/gunicorn -w 4 -c /etc/gunicorn.conf.py shop.wsgi | gunicorn shop.wsgi
            /usr/bin/python3.11 | /usr/bin/python3 /usr/bin/gunicorn shop.wsgi -w 4 --log-file out.log | gunicorn shop.wsgi
            /usr/bin/python3.11 | python3 /srv/.venv/bin/streamlit run board.py | streamlit board.py
            /usr/bin/python3.11 | python3 /srv/.venv/bin/scrapy crawl prices | scrapy prices
            /usr/bin/python3.11 | python3 /usr/bin/django-admin send_mails | django-admin send_mails
            /usr/bin/python3.11 | /root/.cache/uv/archive-v0/x1Y2/bin/python /root/.cache/uv/archive-v0/x1Y2/bin/pycowsay | pycowsay
            /srv/app/.venv/bin/python3 | /srv/app/.venv/bin/python3 job.py | job.py
            /usr/bin/node | node /usr/bin/npm run fetch | npm run fetch
            /usr/bin/node | /usr/bin/node /usr/lib/node_modules/npm/bin/npm-cli.js run-script fetch --silent | npm run fetch
            /usr/bin/node | npm run fetch | npm run fetch
            /usr/bin/node | npm exec cowsay hi | npm exec cowsay
            /usr/bin/node | node /usr/bin/yarn fetch | yarn fetch
            /usr/bin/node | node /usr/bin/npm --version | npm
            /usr/bin/node | /usr/bin/node --require /x/tsx/dist/preflight.cjs --import file:///x/tsx/dist/loader.mjs server.ts | server.ts
            /usr/bin/node | node /usr/bin/ts-node --esm jobs/sync.ts | ts-node sync.ts
            /usr/bin/deno | deno run -A --allow-net=h -c deno.json main.ts x | main.ts
            /usr/bin/deno | deno run https://deno.land/std@0.200.0/http/file_server.ts | file_server.ts
            /usr/bin/deno | deno task fetch | deno
            /usr/bin/bun | bun run ./poll.ts | poll.ts
            /usr/bin/bun | bun --cwd /srv index.js | index.js
            /usr/bin/bun | bun install | bun
            /usr/lib/R/bin/exec/R | /usr/lib/R/bin/exec/R --no-echo --no-restore --file=model.R --args x | model.R
            /usr/lib/R/bin/exec/R | R -e print(1) | R
            /usr/bin/Rscript | Rscript --vanilla /opt/model.R | model.R
            /opt/microsoft/powershell/7/pwsh | pwsh -NoProfile -ExecutionPolicy Bypass -File /opt/inventory.ps1 -All | inventory.ps1
            /opt/microsoft/powershell/7/pwsh | pwsh -nop -c Get-Date | pwsh
            /opt/microsoft/powershell/7/pwsh | pwsh ./inventory.ps1 | inventory.ps1
            /opt/microsoft/powershell/7/pwsh | pwsh -NonInteractive -File /var/lib/amazon/ssm/i-0123456789abcdef0/document/orchestration/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0/awsrunPowerShellScript/0.awsrunPowerShellScript/_script.ps1 | ssm: 0.awsrunPowerShellScript
            /usr/bin/lua5.4 | lua -l socket poll.lua | poll.lua
            /usr/bin/julia | julia --threads 4 -p 2 fit.jl | fit.jl
            /usr/bin/expect | expect -f login.exp host | login.exp
            /usr/lib/jvm/java-17/bin/java | java -jar gradle/wrapper/gradle-wrapper.jar build | gradle
            /usr/lib/jvm/java-17/bin/java | java -cp x.jar worker.org.gradle.process.internal.worker.GradleWorkerMain 'Gradle Worker' | gradle
            /usr/lib/jvm/java-17/bin/java | java -cp /opt/spark/jars/* org.apache.spark.deploy.SparkSubmit --master yarn --class com.example.Sums sums-1.2.0.jar | spark-submit com.example.Sums
            /usr/lib/jvm/java-17/bin/java | java -cp /opt/spark/jars/* org.apache.spark.deploy.SparkSubmit s3://b/sums.py | spark-submit sums.py
            /usr/bin/bash | bash -lc curl x | bash
            /usr/bin/bash | sh -s stable | bash
            """)
    void hasTheNameThatAPersonWouldGive(String executable, String line, String name) {
        boolean title = line.matches("(?:php-fpm|gunicorn): .*|npm (?:run|exec) .*");
        List<String> arguments = title ? List.of(line) : List.of(line.split(" ", -1));
        String script = ScriptFinder.find(executable, arguments, "/srv/app");
        String program = ProcessReader.program(executable, script, arguments, "/srv/app");

        String called = program != null
                ? program
                : script != null ? ProgramName.of(script) : executable.substring(executable.lastIndexOf('/') + 1);
        assertThat(called).isEqualTo(name);
    }
}
