# What follows is: the machine, the way from it, and everything over a shift.

# One fact of this machine: what there is, and what an agent's work takes.
function Show-Fact([string] $about, [string] $found, [string] $needed, [string] $fitness) {
    Write-Host ($about + ': ' + $found + ' (' + $fitness + '; needed: ' + $needed + ')')
    return @{ about = $about; found = $found; needed = $needed; fitness = $fitness }
}

# A number against the least that is needed. What the system does not say is unknown.
function Test-Least($number, $least) {
    if ($null -eq $number) { return 'unknown' }
    if ($number -ge $least) { return 'enough' }
    return 'short'
}

# Whether a version is among the latest three: by the newest that is known for sure, and the newest that there should be by now.
function Find-BrowserFitness([int] $version, [int] $known, [int] $expected) {
    if (($version + 2) -ge $expected) { return 'enough' }
    if (($version + 2) -lt $known) { return 'short' }
    return 'unknown'
}

# One of these is enough for an agent.
function Find-BestFitness($found) {
    if (@($found) -contains 'enough') { return 'enough' }
    if ((@($found).Count -eq 0) -or (@($found) -contains 'unknown')) { return 'unknown' }
    return 'short'
}

# The browsers that are there, against the newest versions of each.
function Test-Browsers($newest) {
    $texts = @()
    $fitness = @()
    foreach ($browser in $newest) {
        try {
            $path = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\' + $browser.program
            $file = [System.Diagnostics.FileVersionInfo]::GetVersionInfo((Get-Item -Path $path).GetValue(''))
            $days = ([System.DateTime]::UtcNow - [System.DateTime]::Parse($browser.released, [System.Globalization.CultureInfo]::InvariantCulture)).TotalDays
            $expected = $browser.known + [int] [System.Math]::Floor([System.Math]::Max(0, $days) / $browser.every)
            $texts += ($browser.name + ' ' + $file.ProductVersion)
            $fitness += Find-BrowserFitness $file.ProductMajorPart $browser.known $expected
        } catch {
            $texts += ($browser.name + ' is not there')
        }
    }
    return Show-Fact 'browser' ($texts -join ', ') 'one of the latest three versions of Chrome, Edge or Firefox' (Find-BestFitness $fitness)
}

# Whether a network adapter is a tunnel, by the names that VPNs give theirs.
function Test-Tunnel([string] $adapter) {
    foreach ($part in @('tun*', 'tap*', 'wg*', 'ppp*', 'gpd*', 'nordlynx*', '*vpn*', '*wireguard*', '*anyconnect*', '*globalprotect*', '*zscaler*', '*tap-windows*')) {
        if ($adapter -like $part) { return $true }
    }
    return $false
}

# How many routers are on the way, by packets that may pass so many; none if none comes back.
function Get-Hops([string] $address) {
    $ping = New-Object System.Net.NetworkInformation.Ping
    $ttl = 0
    foreach ($i in (@(0) * 40)) {
        $ttl += 1
        $options = New-Object System.Net.NetworkInformation.PingOptions($ttl, $true)
        $reply = $ping.Send($address, 1000, (New-Object byte[] 32), $options)
        if (('' + $reply.Status) -eq 'Success') { return $ttl }
    }
    return 0
}

# How long a connection takes, in milliseconds; nothing if there is none.
function Get-Connection([string] $address, [int] $port) {
    $place = [System.Net.IPAddress]::Parse($address)
    $client = New-Object System.Net.Sockets.TcpClient($place.AddressFamily)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $taken = $null
    try {
        $asked = $client.BeginConnect($place, $port, $null, $null)
        if ($asked.AsyncWaitHandle.WaitOne(6000)) {
            $client.EndConnect($asked)
            $taken = $watch.Elapsed.TotalMilliseconds
        }
    } catch {
        $taken = $null
    }
    $client.Close()
    return $taken
}

# The way to the desktops: by which adapter it leaves, how long it is, and how many routers are on it.
function Test-Gateway([string] $gateway) {
    $facts = @()
    $needed = 'few hops, and a round trip of at most 150 ms'
    $past = 'streams of desktops and calls go past it'
    $dns = Get-Addresses $gateway
    if ($dns.cause -ne '') {
        $facts += Show-Fact 'VPN' 'the address of the desktops is not known here' $past 'unknown'
        $facts += Show-Fact 'way to the desktops' 'the address of the desktops is not known here' $needed 'unknown'
        return $facts
    }
    try {
        $route = @(Find-NetRoute -RemoteIPAddress $dns.address)[0]
        $adapter = (Get-NetAdapter -InterfaceIndex $route.InterfaceIndex).InterfaceDescription
        $fitness = 'enough'
        if (Test-Tunnel $adapter) { $fitness = 'short' }
        $facts += Show-Fact 'VPN' ('the way to the desktops leaves by ' + $adapter) $past $fitness
    } catch {
        $facts += Show-Fact 'VPN' 'this system does not say' $past 'unknown'
    }
    $taken = Get-Connection $dns.address 443
    if ($null -eq $taken) {
        $facts += Show-Fact 'way to the desktops' ($dns.address + ' was not reached directly') $needed 'unknown'
        return $facts
    }
    $hops = 0
    try {
        $hops = Get-Hops $dns.address
    } catch {
        $hops = 0
    }
    $found = 'round trip ' + [int] $taken + ' ms'
    if ($hops -gt 0) { $found = '' + $hops + ' hops, ' + $found }
    $fitness = 'enough'
    if ($taken -gt 150) { $fitness = 'short' }
    $facts += Show-Fact 'way to the desktops' $found $needed $fitness
    return $facts
}

# What Windows tells of the machine, of its way to the desktops, and of its proxy.
function Test-Machine([string] $gateway, $newest) {
    $facts = @()
    $unsaid = 'this system does not say'
    $mhz = $null
    $bytes = $null
    $cards = $null
    try {
        $mhz = (Get-CimInstance -ClassName 'Win32_Processor' | Measure-Object -Property 'MaxClockSpeed' -Maximum).Maximum
        $bytes = (Get-CimInstance -ClassName 'Win32_ComputerSystem').TotalPhysicalMemory
        $cards = @(Get-CimInstance -ClassName 'Win32_SoundDevice' | ForEach-Object { $_.Name })
    } catch {
        Write-Host ('CIM: ' + (Get-Fault $_.Exception).text)
    }
    $found = $unsaid
    if ($null -ne $mhz) { $found = '' + $mhz + ' MHz' }
    $facts += Show-Fact 'processor' $found '2 GHz' (Test-Least $mhz 2000)
    $found = $unsaid
    if ($null -ne $bytes) { $found = '' + [System.Math]::Round($bytes / 1000000000, 1) + ' GB' }
    # A machine of 2 GB shows less: firmware and graphics keep a part.
    $facts += Show-Fact 'memory' $found '2 GB' (Test-Least $bytes 1800000000)
    $facts += Test-Browsers $newest
    $found = $unsaid
    $count = $null
    if ($null -ne $cards) {
        $count = $cards.Count
        $found = $cards -join ', '
        if ($count -eq 0) { $found = 'none' }
    }
    $facts += Show-Fact 'audio devices' $found 'a microphone and a loudspeaker, best in one headset' (Test-Least $count 1)
    try {
        $settings = Get-ItemProperty -Path 'HKCU:\Software\Microsoft\Windows\CurrentVersion\Internet Settings'
        if ($null -ne $settings.AutoConfigURL) {
            $facts += Show-Fact 'proxy' ('the script ' + $settings.AutoConfigURL + ' decides for each host; this check asks it') 'the script names a proxy that lets each row through' 'unknown'
        }
    } catch {
        Write-Host ('proxy: ' + (Get-Fault $_.Exception).text)
    }
    if ($gateway -ne '') { $facts += Test-Gateway $gateway }
    return $facts
}

# The middle of the times of five connections to a region's host; nothing behind a proxy, whose distance that would be.
function Get-Distance([string] $name) {
    if ($null -ne (Get-Proxy $name)) { return $null }
    $dns = Get-Addresses $name
    if ($dns.cause -ne '') { return $null }
    $times = @()
    foreach ($i in (@(0) * 5)) {
        $taken = Get-Connection $dns.address 443
        if ($null -eq $taken) { return $null }
        $times += $taken
    }
    return @($times | Sort-Object)[2]
}

# How far the regions of Connect are, and whether another one is nearer by so much that it is heard.
function Test-Regions([string] $own, $regions) {
    $found = @()
    foreach ($region in $regions) {
        $taken = Get-Distance ('connect.' + $region + '.amazonaws.com')
        if ($null -ne $taken) { $found += @{ region = $region; millis = [int] $taken } }
    }
    $found = @($found | Sort-Object { $_.millis })
    if ($found.Count -eq 0) {
        Write-Host 'regions: none was reached directly, so no distance was measured'
        return $found
    }
    Write-Host ('regions: ' + (@($found | ForEach-Object { $_.region + ' ' + $_.millis + ' ms' }) -join ', '))
    $here = @($found | Where-Object { $_.region -eq $own })
    if ($here.Count -eq 0) {
        Write-Host ('regions: ' + $own + ' was not reached')
    } elseif (($here[0].millis - $found[0].millis) -ge 30) {
        Write-Host ('regions: ' + $found[0].region + ' is nearer by ' + ($here[0].millis - $found[0].millis) + ' ms: think of it for agents here, and of where callers are')
    } else {
        Write-Host 'regions: no other region is worth a move for agents here'
    }
    return $found
}

# That the clock of this machine is wrong: by the middle of what hosts say whose certificates are good.
function Test-Clock($rows) {
    $ahead = @()
    foreach ($row in $rows) {
        foreach ($one in @($row.hosts)) {
            if ($null -ne $one.ahead) { $ahead += $one.ahead }
        }
    }
    if ($ahead.Count -eq 0) { return $null }
    $middle = @($ahead | Sort-Object)[[int] [System.Math]::Floor($ahead.Count / 2)]
    if ([System.Math]::Abs($middle) -gt 300) { Write-Host ('clock: the clock of this machine is ' + (Get-Off $middle) + ': set it by NTP') }
    return $middle
}

# How busy the machine is, and with what.
function Get-Load() {
    $percent = (Get-CimInstance -ClassName 'Win32_Processor' | Measure-Object -Property 'LoadPercentage' -Average).Average
    $programs = Get-CimInstance -ClassName 'Win32_PerfFormattedData_PerfProc_Process' | Where-Object { @('_Total', 'Idle') -notcontains $_.Name }
    $busiest = @($programs | Sort-Object -Property 'PercentProcessorTime' -Descending | Select-Object -First 3 | ForEach-Object { $_.Name + ' ' + $_.PercentProcessorTime + ' %' })
    return @{ percent = $percent; busiest = $busiest }
}

# Looks at the media relays and at the load once a minute. The file has what was seen until then, however it ends.
function Watch-Shift([int] $minutes, $rows, $report) {
    $begun = [System.Diagnostics.Stopwatch]::StartNew()
    $looks = @()
    foreach ($i in (@(0) * $minutes)) {
        $at = [int] $begun.Elapsed.TotalSeconds
        if ($at -ge ($minutes * 60)) { break }
        $relays = @()
        foreach ($row in @($rows | Where-Object { $_.ports -eq '3478/UDP' })) {
            foreach ($one in @($row.hosts)) {
                $result = Test-Media $one.host 3478
                $relays += @{ host = $one.host; cause = $result.cause; sent = $result.sent; answered = $result.answered }
                if ($result.cause -ne '') { Write-Host ('after ' + $at + ' s: ' + $one.host + ': ' + $result.says) }
            }
        }
        $load = $null
        try {
            $load = Get-Load
        } catch {
            Write-Host ('load: ' + (Get-Fault $_.Exception).text)
        }
        $looks += @{ seconds = $at; relays = $relays; load = $load }
        $report.watched = $looks
        Save-Report $report
        $left = ($looks.Count * 60) - $begun.Elapsed.TotalSeconds
        if ($left -gt 0) { Start-Sleep -Seconds ([int] $left) }
    }
    $lost = 0
    $sent = 0
    foreach ($look in $looks) {
        foreach ($relay in $look.relays) {
            $sent += $relay.sent
            $lost += ($relay.sent - $relay.answered)
        }
    }
    if ($sent -gt 0) { Write-Host ('watched: ' + $looks.Count + ' looks, ' + [System.Math]::Round($lost * 100 / $sent, 1) + ' % of the packets lost') }
    $worst = @($looks | Where-Object { $null -ne $_.load } | Sort-Object { 0 - $_.load.percent })
    if ($worst.Count -gt 0) { Write-Host ('load: at worst ' + $worst[0].load.percent + ' % after ' + $worst[0].seconds + ' s: ' + ($worst[0].load.busiest -join ', ')) }
}

# Everything in a file that can be sent.
function Save-Report($report) {
    $file = Join-Path ([System.IO.Path]::GetTempPath()) 'headset-network-check.json'
    [System.IO.File]::WriteAllText($file, (ConvertTo-Json -Depth 8 -InputObject $report))
}

# How many rows came to what, and where everything is.
function Show-Summary($report) {
    foreach ($verdict in @('open', 'slow', 'unknown', 'intercepted', 'blocked')) {
        $of = @($report.rows | Where-Object { $_.verdict -eq $verdict })
        Write-Host ($verdict.PadRight(12) + $of.Count)
    }
    Save-Report $report
    Write-Host ('everything is in ' + (Join-Path ([System.IO.Path]::GetTempPath()) 'headset-network-check.json'))
}
