#!/bin/sh
# Makes this mount namespace a host of its own, with container runtimes from Debian's packages: an overlay on a tmpfs above
# the machine's root, which nothing is written to. Says "ready", and stays until its standard input ends.
# Arguments: an empty folder to work in, the folder with the packages, a folder that is to be seen inside under its own path,
# VERSION_2 for control groups of that version.
set -e
work=$1 packages=$2 shared=$3 groups=$4
mount --make-rprivate /
mount -t tmpfs -o size=2g tmpfs "$work"
mkdir "$work/packages" "$work/changes" "$work/overlay" "$work/root" "$work/storage"
for package in "$packages"/*.deb; do
    dpkg -x "$package" "$work/packages"
done
# As on a host whose /usr is merged.
for folder in bin sbin lib; do
    [ -d "$work/packages/$folder" ] || continue
    cp -a "$work/packages/$folder" "$work/packages/usr/"
    rm -r "${work:?}/packages/$folder"
done
mount -t overlay overlay -o "lowerdir=$work/packages:/,upperdir=$work/changes,workdir=$work/overlay" "$work/root"
cd "$work/root"
for folder in proc sys dev; do
    mount --rbind "/$folder" "$folder"
done
mount -t tmpfs tmpfs run
for folder in var/lib/containers var/lib/docker var/lib/containerd; do
    mkdir -p "$folder" "$work/storage/$folder"
    mount --bind "$work/storage/$folder" "$folder"
done
mkdir -p ".$shared" etc/containers old
mount --bind "$shared" ".$shared"
echo '{"default":[{"type":"insecureAcceptAnything"}]}' >etc/containers/policy.json
# A user who runs containers himself, with no users but him in them.
echo 'shopper:x:1234:1234::/home/shopper:/bin/sh' >>etc/passwd
mkdir -p home/shopper/.config/containers run/user/1234
printf '[storage]\ndriver="vfs"\n[storage.options.vfs]\nignore_chown_errors="true"\n' >home/shopper/.config/containers/storage.conf
chown -R 1234:1234 home/shopper run/user/1234
chmod 700 run/user/1234
# crun takes one hierarchy of control groups or the other, not both.
umount sys/fs/cgroup/unified 2>/dev/null || true
[ "$groups" != VERSION_2 ] || mount -t cgroup2 cgroup2 sys/fs/cgroup
pivot_root . old
umount -l /old
# As systemd has it: what is mounted later is seen by the containers that ask for it, and by nobody outside.
mount --make-rshared /
echo ready
exec cat >/dev/null 2>&1
